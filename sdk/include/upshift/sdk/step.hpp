// A step: a class that overrides what the step can do, or a handful of functions.
//
//   struct Credentials : sdk::Step {
//     sdk::CheckResult check(sdk::Context& c) override {
//       return c.get("Secret", "registry") ? sdk::done("the secret is there") : sdk::pending("the secret is missing");
//     }
//     sdk::ApplyResult apply(sdk::Context& c) override { … }
//   };
//
// check and apply are needed; verify and undo exist for the host only where a class overrides them. A step keeps no
// state between calls: the host may run apply again in a new process.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "upshift/plugin.h"
#include "upshift/sdk/context.hpp"
#include "upshift/sdk/failure.hpp"
#include "upshift/sdk/results.hpp"

namespace upshift::sdk {

class Step {
 public:
  virtual ~Step() = default;
  // Reads only.
  virtual CheckResult check(Context&) { throw missing("check"); }
  // Sends the changes and returns at once, naming what to wait for. Sends nothing that is there already.
  virtual ApplyResult apply(Context&) { throw missing("apply"); }
  // After the conditions hold: is the effect there? Reads only. A failed verification is thrown as a Failure.
  virtual VerifyResult verify(Context&) { throw missing("verify"); }
  // Takes back what the journal cannot: an exec, a call of the product's API.
  virtual UndoResult undo(Context&) { throw missing("undo"); }

 private:
  static Failure missing(const char* operation) {
    return Failure(Status::kUnimplemented, std::string("this step has no ") + operation);
  }
};

// The operations that class T overrides itself or inherits from a class below Step, as UPSHIFT_OPERATION_BITs.
template <typename T>
constexpr std::uint32_t operations_of() {
  std::uint32_t bits = 0;
  if (!std::is_same_v<decltype(&T::check), decltype(&Step::check)>) bits |= 1U << UPSHIFT_OPERATION_CHECK;
  if (!std::is_same_v<decltype(&T::apply), decltype(&Step::apply)>) bits |= 1U << UPSHIFT_OPERATION_APPLY;
  if (!std::is_same_v<decltype(&T::verify), decltype(&Step::verify)>) bits |= 1U << UPSHIFT_OPERATION_VERIFY;
  if (!std::is_same_v<decltype(&T::undo), decltype(&Step::undo)>) bits |= 1U << UPSHIFT_OPERATION_UNDO;
  return bits;
}

// A step together with what it can do.
struct StepEntry {
  std::unique_ptr<Step> step;
  std::uint32_t operations = 0;
};

// One class serves many steps by its constructor's arguments: a row of a table, say.
template <typename T, typename... Arguments>
StepEntry make(Arguments&&... arguments) {
  static_assert(std::is_base_of_v<Step, T>, "a step derives from upshift::sdk::Step");
  constexpr std::uint32_t kNeeded = 1U << UPSHIFT_OPERATION_CHECK | 1U << UPSHIFT_OPERATION_APPLY;
  static_assert((operations_of<T>() & kNeeded) == kNeeded, "a step overrides check and apply");
  return {std::make_unique<T>(std::forward<Arguments>(arguments)...), operations_of<T>()};
}

// A step made of functions; an empty one is an operation that the step does not have.
struct Functions {
  std::function<CheckResult(Context&)> check;
  std::function<ApplyResult(Context&)> apply;
  std::function<VerifyResult(Context&)> verify{};
  std::function<UndoResult(Context&)> undo{};
};

namespace detail {
class FunctionStep final : public Step {
 public:
  explicit FunctionStep(Functions functions) : functions_(std::move(functions)) {}
  CheckResult check(Context& c) override { return functions_.check ? functions_.check(c) : Step::check(c); }
  ApplyResult apply(Context& c) override { return functions_.apply ? functions_.apply(c) : Step::apply(c); }
  VerifyResult verify(Context& c) override { return functions_.verify ? functions_.verify(c) : Step::verify(c); }
  UndoResult undo(Context& c) override { return functions_.undo ? functions_.undo(c) : Step::undo(c); }

 private:
  Functions functions_;
};
}  // namespace detail

inline StepEntry make(Functions functions) {
  const std::uint32_t operations =
      (functions.check ? 1U << UPSHIFT_OPERATION_CHECK : 0U) | (functions.apply ? 1U << UPSHIFT_OPERATION_APPLY : 0U) |
      (functions.verify ? 1U << UPSHIFT_OPERATION_VERIFY : 0U) | (functions.undo ? 1U << UPSHIFT_OPERATION_UNDO : 0U);
  return {std::make_unique<detail::FunctionStep>(std::move(functions)), operations};
}

}  // namespace upshift::sdk

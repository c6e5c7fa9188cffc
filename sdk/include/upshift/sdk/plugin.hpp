// The plugin itself: which subjects it answers for, and the thunks between the C table and the C++ classes.
//
//   sdk::Definition define() {
//     sdk::Definition plugin;
//     plugin.detect("3scale", detect_3scale);
//     plugin.step<Credentials>("registry/credentials");
//     for (const Image& image : kImages) plugin.step<UpdateImage>("2.5-2.6/images/" + image.stream, image);
//     plugin.simulate<Zync>();
//     return plugin;
//   }
//   UPSHIFT_PLUGIN(define)
//
// upshift_add_plugin() embeds the manifest that the table points to. Exceptions end in the thunks.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "upshift/plugin.h"
#include "upshift/sdk/context.hpp"
#include "upshift/sdk/failure.hpp"
#include "upshift/sdk/json.hpp"
#include "upshift/sdk/results.hpp"
#include "upshift/sdk/simulation.hpp"
#include "upshift/sdk/step.hpp"

namespace upshift::sdk {

// Defined in the source that upshift_add_plugin() generates from manifest.json.
namespace embedded {
extern const char kId[];
extern const char kVersion[];
extern const char kManifest[];
}  // namespace embedded

class Definition {
 public:
  using Detect = std::function<DetectResult(Context&)>;

  void step(std::string subject, StepEntry entry) {
    if (!steps_.emplace(subject, std::move(entry)).second) {
      throw Failure(Status::kInternal, "the plugin defines the step '" + subject + "' twice");
    }
  }
  template <typename T, typename... Arguments>
  void step(std::string subject, Arguments&&... arguments) {
    step(std::move(subject), make<T>(std::forward<Arguments>(arguments)...));
  }
  void detect(std::string product, Detect function) { detects_[std::move(product)] = std::move(function); }
  template <typename T, typename... Arguments>
  void simulate(Arguments&&... arguments) {
    simulation_ = std::make_unique<T>(std::forward<Arguments>(arguments)...);
  }

  std::uint32_t operations(std::string_view subject) const {
    if (const auto found = steps_.find(subject); found != steps_.end()) return found->second.operations;
    if (detects_.find(subject) != detects_.end()) return 1U << UPSHIFT_OPERATION_DETECT;
    return subject == "simulate" && simulation_ ? 1U << UPSHIFT_OPERATION_SIMULATE : 0U;
  }

  // The operation's reply. Throws Failure, and whatever the plugin's own code throws.
  Json run(const upshift_call* call, upshift_operation operation, std::string_view subject, Json request) {
    const std::uint32_t known = operations(subject);
    if (known == 0) {
      throw Failure(Status::kNotFound, "the plugin has nothing called '" + std::string(subject) + "'");
    }
    if (operation < 1 || operation > 31 || (known >> static_cast<unsigned>(operation) & 1U) == 0) {
      throw Failure(Status::kUnimplemented,
                    "'" + std::string(subject) + "' has no operation " + std::to_string(operation));
    }
    if (operation == UPSHIFT_OPERATION_SIMULATE) return detail::simulate(*simulation_, call, std::move(request));
    Context context(call, std::move(request));
    if (operation == UPSHIFT_OPERATION_DETECT) return detects_.find(subject)->second(context).json();
    Step& step = *steps_.find(subject)->second.step;
    switch (operation) {
      case UPSHIFT_OPERATION_CHECK:
        return step.check(context).json();
      case UPSHIFT_OPERATION_APPLY:
        return step.apply(context).json();
      case UPSHIFT_OPERATION_VERIFY:
        return step.verify(context).json();
      default:
        return step.undo(context).json();
    }
  }

 private:
  std::map<std::string, StepEntry, std::less<>> steps_;
  std::map<std::string, Detect, std::less<>> detects_;
  std::unique_ptr<Simulation> simulation_;
};

namespace detail {

inline upshift_status report(const upshift_call* call, Status status, std::string_view summary,
                             std::string_view more = {}, std::string_view path = {}) noexcept {
  const upshift_diagnostic diagnostic = {static_cast<std::uint32_t>(sizeof(upshift_diagnostic)), UPSHIFT_SEVERITY_ERROR,
                                         view(summary), view(more), view(path)};
  call->diagnose(call, &diagnostic);
  return static_cast<upshift_status>(status);
}

// Runs `body`, which returns a status, and turns what it throws into a status and a diagnostic.
template <typename Body>
upshift_status guarded(const upshift_call* call, Body&& body) noexcept {
  try {
    return body();
  } catch (const HostFailure& failure) {
    return static_cast<upshift_status>(failure.status());
  } catch (const Failure& failure) {
    const Status status = failure.status() == Status::kOk ? Status::kInternal : failure.status();
    return report(call, status, failure.summary(), failure.detail(), failure.path());
  } catch (const std::exception& exception) {
    return report(call, Status::kInternal, "the plugin threw an exception", exception.what());
  } catch (...) {
    return report(call, Status::kInternal, "the plugin threw something that is no std::exception");
  }
}

template <Definition (*define)()>
upshift_status create(const upshift_host*, const upshift_call* call, void** instance) noexcept {
  return guarded(call, [&] {
    *instance = std::make_unique<Definition>(define()).release();
    return upshift_status{UPSHIFT_STATUS_OK};
  });
}

inline void destroy(void* instance) noexcept {
  delete static_cast<Definition*>(instance);
}

inline std::uint32_t operations(void* instance, upshift_view subject) noexcept {
  return static_cast<const Definition*>(instance)->operations(text(subject));
}

inline upshift_status run(void* instance, const upshift_call* call, upshift_operation operation, upshift_view subject,
                          upshift_view request_json) noexcept {
  return guarded(call, [&]() -> upshift_status {
    const std::string_view bytes = text(request_json);
    Json request = Json::parse(bytes.begin(), bytes.end(), nullptr, false);
    if (!request.is_object()) throw Failure(Status::kInvalidArgument, "the request is not a JSON object");
    const Json reply = static_cast<Definition*>(instance)->run(call, operation, text(subject), std::move(request));
    const std::string body = to_text(reply);
    return call->reply(call, view(body));
  });
}

template <Definition (*define)()>
constexpr upshift_plugin table() {
  return {static_cast<std::uint32_t>(sizeof(upshift_plugin)),
          UPSHIFT_ABI_MINOR,
          embedded::kId,
          embedded::kVersion,
          embedded::kManifest,
          &create<define>,
          &destroy,
          &operations,
          &run};
}

}  // namespace detail
}  // namespace upshift::sdk

// Defines the plugin's entry. `define` is a function without arguments that returns a Definition.
#define UPSHIFT_PLUGIN(define)                                                         \
  extern "C" UPSHIFT_EXPORT const upshift_plugin* upshift_plugin_entry_v1(void) {      \
    static constexpr upshift_plugin kTable = ::upshift::sdk::detail::table<&define>(); \
    return &kTable;                                                                    \
  }

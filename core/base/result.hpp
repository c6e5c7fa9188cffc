// Errors as values. Every fallible function returns Result<T>; exceptions are used only inside a library's own
// adapter and are turned into an Error at its edge.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace upshift {

// The canonical gRPC codes, with gRPC's numbers: they cross the plugin ABI and decide what may be retried.
enum class StatusCode {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// The code's gRPC name, "NOT_FOUND" for instance.
std::string_view to_string(StatusCode code);

enum class Severity { kDebug = 0, kInfo = 1, kWarning = 2, kError = 3 };

std::string_view to_string(Severity severity);

// A message for people: what happened (summary, one sentence that names the object), why and what to do now (detail),
// and where (path: a file, or a JSON pointer into the input). Never holds a secret.
struct Diagnostic {
  Severity severity = Severity::kError;
  std::string summary;
  std::string detail;
  std::string path;
};

struct Error {
  StatusCode code = StatusCode::kUnknown;
  std::string summary;
  std::string detail;
  std::string path;
  // Further diagnostics that came with it, a plugin's for instance.
  std::vector<Diagnostic> diagnostics;
  // Of a request: nothing came of it for certain, since it was not sent or was turned away. False: it may have been
  // acted on.
  bool not_acted_on = false;

  // Puts "context: " before the summary.
  Error with_context(std::string_view context) &&;
  Diagnostic to_diagnostic() const { return {Severity::kError, summary, detail, path}; }
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

inline tl::unexpected<Error> failure(StatusCode code, std::string summary, std::string detail = {},
                                     std::string path = {}) {
  return tl::unexpected<Error>(Error{code, std::move(summary), std::move(detail), std::move(path), {}});
}
inline tl::unexpected<Error> failure(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace upshift

// Returns the error of `expression` from the enclosing function; does nothing on success.
#define UPSHIFT_TRY(expression)                                     \
  do {                                                              \
    if (auto upshift_status = (expression); !upshift_status)        \
      return ::upshift::failure(std::move(upshift_status.error())); \
  } while (false)

#define UPSHIFT_CONCAT_INNER(a, b) a##b
#define UPSHIFT_CONCAT(a, b) UPSHIFT_CONCAT_INNER(a, b)
#define UPSHIFT_ASSIGN_OR_RETURN_INNER(temporary, target, expression)      \
  auto temporary = (expression);                                           \
  if (!temporary) return ::upshift::failure(std::move(temporary.error())); \
  target = std::move(*temporary)
// UPSHIFT_ASSIGN(auto x, f()): x is f()'s value, or the enclosing function returns f()'s error.
#define UPSHIFT_ASSIGN(target, expression) \
  UPSHIFT_ASSIGN_OR_RETURN_INNER(UPSHIFT_CONCAT(upshift_result_, __LINE__), target, expression)

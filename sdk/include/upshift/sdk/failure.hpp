// How step code gives up: it throws a Failure, which the thunks of plugin.hpp turn into a status and a diagnostic.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "upshift/plugin.h"

namespace upshift::sdk {

// The status codes of plugin.h as a type.
enum class Status : upshift_status {
  kOk = UPSHIFT_STATUS_OK,
  kCancelled = UPSHIFT_STATUS_CANCELLED,
  kUnknown = UPSHIFT_STATUS_UNKNOWN,
  kInvalidArgument = UPSHIFT_STATUS_INVALID_ARGUMENT,
  kDeadlineExceeded = UPSHIFT_STATUS_DEADLINE_EXCEEDED,
  kNotFound = UPSHIFT_STATUS_NOT_FOUND,
  kAlreadyExists = UPSHIFT_STATUS_ALREADY_EXISTS,
  kPermissionDenied = UPSHIFT_STATUS_PERMISSION_DENIED,
  kResourceExhausted = UPSHIFT_STATUS_RESOURCE_EXHAUSTED,
  kFailedPrecondition = UPSHIFT_STATUS_FAILED_PRECONDITION,
  kAborted = UPSHIFT_STATUS_ABORTED,
  kOutOfRange = UPSHIFT_STATUS_OUT_OF_RANGE,
  kUnimplemented = UPSHIFT_STATUS_UNIMPLEMENTED,
  kInternal = UPSHIFT_STATUS_INTERNAL,
  kUnavailable = UPSHIFT_STATUS_UNAVAILABLE,
  kDataLoss = UPSHIFT_STATUS_DATA_LOSS,
  kUnauthenticated = UPSHIFT_STATUS_UNAUTHENTICATED,
};

// summary: one sentence that names the object. detail: why, and what to do now. Never put a secret into either.
class Failure : public std::exception {
 public:
  explicit Failure(Status status, std::string summary, std::string detail = {}, std::string path = {})
      : status_(status), summary_(std::move(summary)), detail_(std::move(detail)), path_(std::move(path)) {}

  const char* what() const noexcept override { return summary_.c_str(); }
  Status status() const noexcept { return status_; }
  const std::string& summary() const noexcept { return summary_; }
  const std::string& detail() const noexcept { return detail_; }
  const std::string& path() const noexcept { return path_; }

 private:
  Status status_;
  std::string summary_, detail_, path_;
};

// Thrown by the verbs of Context when the host refuses: the host has attached its diagnostics already, so the thunk
// adds none. Catch it to handle one status (ALREADY_EXISTS, say) and go on.
class HostFailure final : public Failure {
 public:
  using Failure::Failure;
};

}  // namespace upshift::sdk

// The API server of the emulated project: one request in, one answer out, as a real OpenShift API server gives it
// (admission defaults, validation, the three patch types, selectors, pages, dry run, delete options, Status errors,
// subresources, views such as ImageStreamTag, processedtemplates).
#pragma once

#include <functional>
#include <map>
#include <string>

#include "cluster/transport.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

using cluster::Request;
using cluster::Response;

class Api {
 public:
  // The store must outlive the Api.
  explicit Api(Store& store) : store_(store) {}

  // Answers at once; never fails: whatever is wrong is a Status body.
  Response handle(const Request& request);

  // Refuses matching requests with the given answer: permissions, quotas, faults. Asked before anything else; nullopt
  // lets the request through.
  using Interceptor = std::function<std::optional<Response>(const Request&)>;
  void set_interceptor(Interceptor interceptor) { interceptor_ = std::move(interceptor); }

 private:
  Store& store_;
  Interceptor interceptor_;
};

// A Status failure body as the server words it.
Response status_failure(int code, std::string_view reason, std::string message, Json details = nullptr);

}  // namespace upshift::emulator

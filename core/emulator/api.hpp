// The API server of the emulated project: one request in, one answer out, as a real OpenShift API server gives it
// (admission defaults, validation, the three patch types, selectors, pages, dry run, delete options, Status errors,
// subresources, views such as ImageStreamTag, processedtemplates).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "cluster/transport.hpp"
#include "emulator/api_path.hpp"
#include "emulator/image_stream_import.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

using cluster::Request;
using cluster::Response;

class Api {
 public:
  // The store must outlive the Api. `seed` is that of generated template parameters.
  explicit Api(Store& store, std::uint64_t seed = 1) : store_(store), seed_(seed) {}

  // Answers at once; never fails: whatever is wrong is a Status body.
  Response handle(const Request& request);
  // The same for a body that has not been parsed yet, as it arrives over HTTP.
  Response handle_raw(Request request, std::string_view body);

  // Refuses matching requests with the given answer: permissions, quotas, faults. Asked before anything else; nullopt
  // lets the request through.
  using Interceptor = std::function<std::optional<Response>(const Request&)>;
  void set_interceptor(Interceptor interceptor) { interceptor_ = std::move(interceptor); }
  // Answers a SelfSubjectAccessReview from its resourceAttributes; without one everything is allowed.
  using AccessCheck = std::function<bool(const Json& resource_attributes)>;
  void set_access_check(AccessCheck check) { access_check_ = std::move(check); }
  // What a pod's container has logged; without one nothing.
  using LogSource = std::function<std::string(const Json& pod, const std::string& container)>;
  void set_log_source(LogSource source) { log_source_ = std::move(source); }
  // Where imagestreamimports ask for images; without one every image is there.
  void set_registry(Registry registry) { registry_ = std::move(registry); }

 private:
  Response handle_known(const Request& request);
  Response route(const Request& request, const ApiPath& path);
  Response list(const Request& request, const ApiPath& path) const;
  Response route_object(const Request& request, const ApiPath& path);
  Response route_collection(const Request& request, const ApiPath& path);
  Response route_subresource(const Request& request, const ApiPath& path);
  Response post_image(const Request& request, const ApiPath& path, const WriteOptions& options);
  Response review_access(const Json& body) const;
  Response process(const Json& body) const;
  Response log(const Request& request, const ApiPath& path) const;

  Store& store_;
  std::uint64_t seed_;
  Interceptor interceptor_;
  AccessCheck access_check_;
  LogSource log_source_;
  Registry registry_;
};

// A Status failure body as the server words it.
Response status_failure(int code, std::string_view reason, std::string message, Json details = nullptr);
// An answer with a JSON body.
Response json_response(int code, Json body);

}  // namespace upshift::emulator

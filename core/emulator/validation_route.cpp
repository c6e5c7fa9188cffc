#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "emulator/validation_fields.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

constexpr const char* kAnyHost = "/metadata/annotations/route.openshift.io~1allow-non-dns-compliant-host";

void check_host(const Json& object, bool labels_too, Causes& causes) {
  const std::string host = string_at(object, "/spec/host");
  if (host.empty()) return;
  if (!is_dns_subdomain(host)) causes.invalid("spec.host", host, "host must conform to DNS 952 subdomain conventions");
  if (!labels_too || string_at(object, kAnyHost) == "true") return;
  for (const std::string& label : split(host, '.')) {
    // Too long and wrongly made are two faults.
    if (label.size() > 63) causes.invalid("spec.host", host, "must be no more than 63 characters");
    if (!is_dns_label(label.substr(0, 63))) causes.invalid("spec.host", host, "a lowercase RFC 1123 label is expected");
  }
}

void check_target(const Json& target, const std::string& path, Causes& causes) {
  if (string_at(target, "/name").empty()) causes.required(path + ".name");
  if (const std::string kind = string_at(target, "/kind"); kind != "Service") {
    causes.invalid(path + ".kind", kind, "must reference a Service");
  }
  if (const std::int64_t weight = int_at(target, "/weight"); weight < 0 || weight > 256) {
    causes.invalid(path + ".weight", std::to_string(weight), "weight must be an integer between 0 and 256");
  }
}

void check_no_certificates(const Json& tls, std::initializer_list<const char*> fields, std::string_view why,
                           Causes& causes) {
  for (const char* field : fields) {
    if (!string_at(tls, std::string("/") + field).empty()) {
      causes.invalid(fmt::format("spec.tls.{}", field), "redacted", why);
    }
  }
}

void check_tls(const Json& tls, Causes& causes) {
  const std::string termination = string_at(tls, "/termination");
  if (termination == "passthrough") {
    check_no_certificates(tls, {"certificate", "key", "caCertificate", "destinationCACertificate"},
                          "passthrough termination does not support certificates", causes);
  } else if (termination == "edge") {
    check_no_certificates(tls, {"destinationCACertificate"},
                          "edge termination does not support destination certificates", causes);
  } else {
    check_one_of(termination, {"edge", "passthrough", "reencrypt"}, "spec.tls.termination", causes);
  }
  const std::string insecure = string_at(tls, "/insecureEdgeTerminationPolicy");
  const std::string field = "spec.tls.insecureEdgeTerminationPolicy";
  if (insecure.empty() || insecure == "None" || insecure == "Redirect") return;
  const bool ends_here = termination == "edge" || termination == "reencrypt";
  if (insecure != "Allow" && ends_here) {
    causes.invalid(field, insecure,
                   "invalid value for InsecureEdgeTerminationPolicy option, acceptable values are None, "
                   "Allow, Redirect, or empty");
  } else if (termination == "passthrough") {
    causes.invalid(field, insecure, "InsecureEdgeTerminationPolicy is not possible with passthrough termination");
  }
}

void check_wildcard(const Json& spec, Causes& causes) {
  const std::string policy = string_at(spec, "/wildcardPolicy");
  if (policy == "Subdomain" && string_at(spec, "/host").empty()) {
    causes.invalid("spec.wildcardPolicy", policy, "host name not specified for wildcard policy");
  } else if (policy != "None" && policy != "Subdomain" && !policy.empty()) {
    causes.not_supported("spec.wildcardPolicy", policy, "\"None\", \"Subdomain\"");
  }
}

}  // namespace

void validate_route(const Json& object, const Json* old, Causes& causes) {
  const Json& spec = object_at(object, "/spec");
  // A host that was taken once is looked at again only when it changes.
  const bool new_host = old == nullptr || string_at(spec, "/host") != string_at(*old, "/spec/host");
  check_host(object, new_host, causes);
  if (const std::string subdomain = string_at(spec, "/subdomain"); !subdomain.empty()) {
    for (const std::string& label : split(subdomain, '.')) {
      if (!is_dns_label(label)) causes.invalid("spec.subdomain", label, "a lowercase RFC 1123 label is expected");
    }
  }
  check_wildcard(spec, causes);
  const std::string path = string_at(spec, "/path");
  if (!path.empty() && path.front() != '/') causes.invalid("spec.path", path, "path must begin with /");
  if (!path.empty() && string_at(spec, "/tls/termination") == "passthrough") {
    causes.invalid("spec.path", path, "passthrough termination does not support paths");
  }
  check_target(object_at(spec, "/to"), "spec.to", causes);
  const Json& others = array_at(spec, "/alternateBackends");
  if (others.size() > 3) causes.required("spec.alternateBackends", "cannot specify more than 3 alternate backends");
  for (std::size_t i = 0; i < others.size(); ++i) {
    check_target(others[i], fmt::format("spec.alternateBackends[{}]", i), causes);
  }
  if (const Json* port = find(spec, "/port/targetPort"); port != nullptr && (*port == 0 || *port == "")) {
    causes.required("spec.port.targetPort");
  }
  if (const Json* tls = find(spec, "/tls")) check_tls(*tls, causes);
  if (old != nullptr && string_at(spec, "/wildcardPolicy") != string_at(*old, "/spec/wildcardPolicy")) {
    causes.invalid("spec.wildcardPolicy", string_at(spec, "/wildcardPolicy"), "field is immutable");
  }
}

}  // namespace upshift::emulator

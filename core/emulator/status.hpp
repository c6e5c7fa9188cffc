// The Status bodies with which an API server refuses, and the list of invalid fields behind a 422.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cluster/resource.hpp"
#include "cluster/transport.hpp"

namespace upshift::emulator {

using cluster::ResourceType;
using cluster::Response;

// One reason why an object is invalid, with the server's words for the kind of fault.
struct Cause {
  std::string reason;  // "FieldValueInvalid"
  std::string field;   // "spec.template.spec.containers[0].name"
  std::string message;
};

class Causes {
 public:
  void required(std::string field, std::string_view message = {});
  void invalid(std::string field, std::string_view value, std::string_view message);
  void not_supported(std::string field, std::string_view value, std::string_view supported);
  void forbidden(std::string field, std::string_view message);
  void duplicate(std::string field, std::string_view value);
  void not_found(std::string field, std::string_view value);
  void add(Cause cause) { causes_.push_back(std::move(cause)); }
  void add(const Causes& others) { causes_.insert(causes_.end(), others.causes_.begin(), others.causes_.end()); }

  bool empty() const { return causes_.empty(); }
  const std::vector<Cause>& all() const { return causes_; }

 private:
  std::vector<Cause> causes_;
};

Response not_found(const ResourceType& type, std::string_view name);
Response already_exists(const ResourceType& type, std::string_view name);
// `why` after "Operation cannot be fulfilled on …: ".
Response conflict(const ResourceType& type, std::string_view name, std::string_view why);
Response modified_since(const ResourceType& type, std::string_view name);
Response bad_request(std::string message);
Response invalid_object(const ResourceType& type, std::string_view name, const Causes& causes);
Response unsupported_media_type();
Response method_not_allowed();
// 401 for a request without a valid token.
Response unauthorized();
// 403 for `user` doing what `verb` says ("list"); `name` may be empty.
Response forbidden(const ResourceType& type, std::string_view name, std::string_view name_space, std::string_view user,
                   std::string_view verb);
// The Status that answers a deletion.
Response deleted(const ResourceType& type, std::string_view name, std::string_view uid);

}  // namespace upshift::emulator

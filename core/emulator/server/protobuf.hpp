// The few protocol buffer messages that kubectl insists on, in either direction.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace upshift::emulator::server {

constexpr std::string_view kKubernetesProtobuf = "application/vnd.kubernetes.protobuf";

// A length-delimited field: text or an embedded message.
std::string protobuf_field(unsigned number, std::string_view content);
// The length-delimited fields of a message by number, the last of each; INVALID_ARGUMENT where it is malformed. They
// borrow from `message`.
Result<std::map<unsigned, std::string_view>> read_protobuf(std::string_view message);

// An object that came as protocol buffer: a SelfSubjectAccessReview or SelfSubjectRulesReview (kubectl's `auth can-i`),
// a Namespace (its `create namespace`). UNIMPLEMENTED for any other kind, INVALID_ARGUMENT for what is none.
Result<Json> decode_object(std::string_view body);

}  // namespace upshift::emulator::server

// Protocol buffers as far as clients insist on them, in either direction: kubectl sends most of what it creates so.
#pragma once

#include <string>
#include <string_view>

#include "base/json.hpp"

namespace upshift::emulator::server {

constexpr std::string_view kKubernetesProtobuf = "application/vnd.kubernetes.protobuf";

// A length-delimited field: text or an embedded message.
std::string protobuf_field(unsigned number, std::string_view content);

// An object that came as protocol buffer. UNIMPLEMENTED where its kind is not in the table of messages,
// INVALID_ARGUMENT for what is none.
Result<Json> decode_object(std::string_view body);

}  // namespace upshift::emulator::server

// The protocol buffer messages in which clients send objects of Kubernetes' own kinds, as far as they set them: without
// status.
#pragma once

#include <string_view>
#include <vector>

namespace upshift::emulator::server {

struct ProtobufField {
  unsigned number = 0;
  std::string_view name;  // in JSON; "^": its members belong to the message that holds it
  std::string_view type;  // a letter, see protobuf_messages.cpp, or the name of a message
  bool list = false, map = false;
  bool keeps_zero = false;
};

// By kind or by a message's own name; nullptr where it is not known.
const std::vector<ProtobufField>* protobuf_message(std::string_view name);

}  // namespace upshift::emulator::server

#include "emulator/server/protobuf.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "base/clock.hpp"
#include "emulator/server/protobuf_messages.hpp"

namespace upshift::emulator::server {
namespace {

constexpr unsigned kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;
constexpr int kDeepest = 32;

std::string varint(std::size_t value) {
  std::string out;
  while (value >= 0x80U) {
    out += static_cast<char>((value & 0x7fU) | 0x80U);
    value >>= 7U;
  }
  return out + static_cast<char>(value);
}

// Takes a number off the front; false where it does not end.
bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return true;
  }
  return false;
}

struct WireField {
  unsigned number = 0;
  unsigned type = 0;
  std::uint64_t value = 0;   // of a varint
  std::string_view content;  // of what is length-delimited
};

// Takes a field off the front; false where it is none or not whole.
bool take_field(std::string_view& message, WireField& field) {
  std::uint64_t tag = 0, size = 0;
  if (!take_varint(message, tag)) return false;
  field = {static_cast<unsigned>(tag >> 3U), static_cast<unsigned>(tag & 7U), 0, {}};
  switch (field.type) {
    case kVarint:
      return take_varint(message, field.value);
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kLengthDelimited:
      if (!take_varint(message, size)) return false;
      break;
    default:
      return false;
  }
  if (size > message.size()) return false;
  field.content = message.substr(0, size);
  message.remove_prefix(size);
  return true;
}

// The last field of each number up to 3: enough for the small messages that stand for a single value.
struct SmallMessage {
  std::array<WireField, 4> fields = {};
  bool sound = true;
};
SmallMessage small_message(std::string_view message) {
  SmallMessage small;
  while (small.sound && !message.empty()) {
    WireField field;
    small.sound = take_field(message, field);
    if (small.sound && field.number < small.fields.size()) small.fields[field.number] = field;
  }
  return small;
}

Json time_of(const SmallMessage& time) {
  const auto seconds = static_cast<std::int64_t>(time.fields[1].value);
  if (seconds == 0) return nullptr;
  constexpr std::int64_t kYear9999 = 253'402'300'799;
  const std::chrono::seconds since_epoch(std::clamp<std::int64_t>(seconds, 0, kYear9999));
  return to_rfc3339(TimePoint(since_epoch));
}

Json int_or_text_of(const SmallMessage& either) {
  const bool text = either.fields[1].value == 1;
  return text ? Json(std::string(either.fields[3].content)) : Json(static_cast<std::int64_t>(either.fields[2].value));
}

tl::unexpected<Error> malformed() {
  return failure(StatusCode::kInvalidArgument, "the body is no protocol buffer message");
}

Result<Json> read_message(std::string_view message, std::string_view name, int depth);

// What it says in JSON; null: nothing.
Result<Json> read_value(const WireField& wire, const ProtobufField& field, int depth) {
  const bool scalar = field.type == "i" || field.type == "B";
  if (wire.type != (scalar ? kVarint : kLengthDelimited)) return malformed();
  if (field.type == "i") return Json(static_cast<std::int64_t>(wire.value));
  if (field.type == "B") return Json(wire.value != 0);
  if (field.type == "s") return Json(std::string(wire.content));
  if (field.type == "b") return Json(encode_base64(wire.content));
  const bool small = field.type == "t" || field.type == "q" || field.type == "i/s";
  if (!small) return read_message(wire.content, field.type, depth);
  const SmallMessage value = small_message(wire.content);
  if (!value.sound) return malformed();
  if (field.type == "t") return time_of(value);
  return field.type == "q" ? Json(std::string(value.fields[1].content)) : int_or_text_of(value);
}

// Go writes members that are no pointers even where they were never set.
bool says_nothing(const Json& value, const ProtobufField& field) {
  if (field.keeps_zero || field.list || field.map) return value.is_null();
  return value.is_null() || value == "" || value == 0 || value == false;
}

Status read_entry(Json& map, const WireField& wire, const ProtobufField& field, int depth) {
  const SmallMessage entry = wire.type == kLengthDelimited ? small_message(wire.content) : SmallMessage{};
  if (!entry.sound) return malformed();
  ProtobufField of_value = field;
  of_value.map = false;
  WireField value = entry.fields[2];
  if (value.number == 0) value.type = kLengthDelimited;  // left out: empty
  UPSHIFT_ASSIGN(map[std::string(entry.fields[1].content)], read_value(value, of_value, depth));
  return {};
}

Status read_field(Json& object, const WireField& wire, const ProtobufField& field, int depth) {
  if (field.map) return read_entry(object[std::string(field.name)], wire, field, depth);
  UPSHIFT_ASSIGN(Json value, read_value(wire, field, depth));
  if (field.name == "^") {
    object.update(value);
  } else if (field.list) {
    object[std::string(field.name)].push_back(std::move(value));
  } else if (!says_nothing(value, field)) {
    object[std::string(field.name)] = std::move(value);
  }
  return {};
}

Result<Json> read_message(std::string_view message, std::string_view name, int depth) {
  const auto* const fields = protobuf_message(name);
  if (fields == nullptr || depth > kDeepest) return malformed();
  Json object = Json::object();
  while (!message.empty()) {
    WireField wire;
    if (!take_field(message, wire)) return malformed();
    const auto field = std::find_if(fields->begin(), fields->end(),
                                    [&](const ProtobufField& known) { return known.number == wire.number; });
    if (field != fields->end()) UPSHIFT_TRY(read_field(object, wire, *field, depth + 1));
  }
  return object;
}

}  // namespace

std::string protobuf_field(unsigned number, std::string_view content) {
  return varint((number << 3U) | kLengthDelimited) + varint(content.size()) + std::string(content);
}

Result<Json> decode_object(std::string_view body) {
  constexpr std::string_view kMagic("k8s\0", 4);
  constexpr std::size_t kTypeMeta = 1, kRaw = 2, kApiVersion = 1, kKind = 2;
  if (!body.starts_with(kMagic)) {
    return failure(StatusCode::kInvalidArgument, "the body is not wrapped as Kubernetes wraps protocol buffers");
  }
  const SmallMessage envelope = small_message(body.substr(kMagic.size()));
  const SmallMessage type = small_message(envelope.fields[kTypeMeta].content);
  if (!envelope.sound || !type.sound) return malformed();
  const std::string kind(type.fields[kKind].content);
  if (protobuf_message(kind) == nullptr) {
    return failure(StatusCode::kUnimplemented, fmt::format("a {} is not read from a protocol buffer", kind));
  }
  UPSHIFT_ASSIGN(Json object, read_message(envelope.fields[kRaw].content, kind, 0));
  object["apiVersion"] = std::string(type.fields[kApiVersion].content);
  object["kind"] = kind;
  return object;
}

}  // namespace upshift::emulator::server

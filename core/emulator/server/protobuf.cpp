#include "emulator/server/protobuf.hpp"

#include <array>
#include <fmt/format.h>

namespace upshift::emulator::server {
namespace {

constexpr unsigned kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;

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

// How many bytes a field takes up after its tag; false where they are not there.
bool take_size(std::string_view& bytes, unsigned wire_type, std::uint64_t& size) {
  switch (wire_type) {
    case kVarint: {
      std::uint64_t ignored = 0;
      size = 0;
      return take_varint(bytes, ignored);
    }
    case kFixed64:
      size = 8;
      break;
    case kFixed32:
      size = 4;
      break;
    case kLengthDelimited:
      if (!take_varint(bytes, size)) return false;
      break;
    default:
      return false;
  }
  return size <= bytes.size();
}

struct NamedField {
  unsigned number;
  const char* name;
};

constexpr std::array<NamedField, 7> kResourceAttributes = {
    {{1, "namespace"}, {2, "verb"}, {3, "group"}, {4, "version"}, {5, "resource"}, {6, "subresource"}, {7, "name"}}};
constexpr std::array<NamedField, 2> kPathAttributes = {{{1, "path"}, {2, "verb"}}};
constexpr std::array<NamedField, 1> kMetadataNames = {{{1, "name"}}};
constexpr std::array<NamedField, 1> kRulesSpec = {{{1, "namespace"}}};

Result<Json> read_texts(std::string_view message, const auto& names) {
  UPSHIFT_ASSIGN(const auto fields, read_protobuf(message));
  Json out = Json::object();
  for (const NamedField& field : names) {
    const auto found = fields.find(field.number);
    if (found != fields.end() && !found->second.empty()) out[field.name] = std::string(found->second);
  }
  return out;
}

Result<Json> read_access_spec(std::string_view message) {
  UPSHIFT_ASSIGN(const auto fields, read_protobuf(message));
  Json spec = Json::object();
  if (const auto resource = fields.find(1); resource != fields.end()) {
    UPSHIFT_ASSIGN(spec["resourceAttributes"], read_texts(resource->second, kResourceAttributes));
  }
  if (const auto path = fields.find(2); path != fields.end()) {
    UPSHIFT_ASSIGN(spec["nonResourceAttributes"], read_texts(path->second, kPathAttributes));
  }
  return spec;
}

}  // namespace

std::string protobuf_field(unsigned number, std::string_view content) {
  return varint((number << 3U) | kLengthDelimited) + varint(content.size()) + std::string(content);
}

Result<std::map<unsigned, std::string_view>> read_protobuf(std::string_view message) {
  std::map<unsigned, std::string_view> fields;
  while (!message.empty()) {
    std::uint64_t tag = 0, size = 0;
    if (!take_varint(message, tag) || !take_size(message, static_cast<unsigned>(tag & 7U), size)) {
      return failure(StatusCode::kInvalidArgument, "the body is no protocol buffer message");
    }
    if ((tag & 7U) == kLengthDelimited) fields[static_cast<unsigned>(tag >> 3U)] = message.substr(0, size);
    message.remove_prefix(size);
  }
  return fields;
}

Result<Json> decode_object(std::string_view body) {
  constexpr std::string_view kMagic("k8s\0", 4);
  constexpr unsigned kTypeMeta = 1, kRaw = 2, kApiVersion = 1, kKind = 2, kMetadata = 1, kSpec = 2;
  if (!body.starts_with(kMagic)) {
    return failure(StatusCode::kInvalidArgument, "the body is not wrapped as Kubernetes wraps protocol buffers");
  }
  UPSHIFT_ASSIGN(auto envelope, read_protobuf(body.substr(kMagic.size())));
  UPSHIFT_ASSIGN(auto type, read_protobuf(envelope[kTypeMeta]));
  const std::string kind(type[kKind]);
  UPSHIFT_ASSIGN(auto object, read_protobuf(envelope[kRaw]));
  Json out = {{"apiVersion", std::string(type[kApiVersion])}, {"kind", kind}};
  if (kind == "SelfSubjectRulesReview") {
    UPSHIFT_ASSIGN(out["spec"], read_texts(object[kSpec], kRulesSpec));
  } else if (kind == "SelfSubjectAccessReview") {
    UPSHIFT_ASSIGN(out["spec"], read_access_spec(object[kSpec]));
  } else if (kind == "Namespace") {
    UPSHIFT_ASSIGN(out["metadata"], read_texts(object[kMetadata], kMetadataNames));
  } else {
    return failure(StatusCode::kUnimplemented, fmt::format("a {} is not read from a protocol buffer", kind));
  }
  return out;
}

}  // namespace upshift::emulator::server

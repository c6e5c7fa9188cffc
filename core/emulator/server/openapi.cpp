#include "emulator/server/openapi.hpp"

#include <fmt/format.h>

#include "cluster/resource.hpp"
#include "emulator/server/protobuf.hpp"

namespace upshift::emulator::server {
namespace {

using cluster::ResourceType;

constexpr const char* kProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

// Field numbers of gnostic's openapi.v2 messages.
enum Field : unsigned {
  kDocumentSwagger = 1,
  kDocumentInfo = 2,
  kDocumentPaths = 8,
  kInfoTitle = 1,
  kInfoVersion = 2,
  kPathsPath = 2,
  kNamedName = 1,
  kNamedValue = 2,
  kItemPatch = 8,
  kOperationParameters = 8,
  kOperationExtension = 13,
  kItemParameter = 1,
  kParameterNonBody = 2,
  kNonBodyQuery = 3,
  kQueryIn = 2,
  kQueryName = 4,
  kAnyYaml = 2,
};

constexpr auto field = protobuf_field;

std::string query_parameter(std::string_view name) {
  const std::string query = field(kQueryIn, "query") + field(kQueryName, name);
  return field(kOperationParameters, field(kItemParameter, field(kParameterNonBody, field(kNonBodyQuery, query))));
}

std::string kind_extension(const ResourceType& type) {
  const std::string yaml = fmt::format("group: \"{}\"\nkind: {}\nversion: {}\n", type.group, type.kind, type.version);
  return field(kOperationExtension,
               field(kNamedName, "x-kubernetes-group-version-kind") + field(kNamedValue, field(kAnyYaml, yaml)));
}

std::string object_path_of(const ResourceType& type) {
  return cluster::collection_path(type, "") + (type.namespaced ? "/{namespace}/{name}" : "/{name}");
}

std::string as_protobuf() {
  std::string paths;
  for (const ResourceType& type : cluster::known_types()) {
    const std::string operation = query_parameter("dryRun") + kind_extension(type);
    paths +=
        field(kPathsPath, field(kNamedName, object_path_of(type)) + field(kNamedValue, field(kItemPatch, operation)));
  }
  return field(kDocumentSwagger, "2.0") +
         field(kDocumentInfo, field(kInfoTitle, "upshift emulator") + field(kInfoVersion, "v1.23.1")) +
         field(kDocumentPaths, paths);
}

Json as_json() {
  Json paths = Json::object();
  for (const ResourceType& type : cluster::known_types()) {
    paths[object_path_of(type)]["patch"] = {
        {"parameters", {{{"name", "dryRun"}, {"in", "query"}, {"type", "string"}}}},
        {"responses", {{"200", {{"description", "OK"}}}}},
        {"x-kubernetes-group-version-kind", {{"group", type.group}, {"kind", type.kind}, {"version", type.version}}}};
  }
  return {{"swagger", "2.0"},
          {"info", {{"title", "upshift emulator"}, {"version", "v1.23.1"}}},
          {"paths", paths},
          {"definitions", Json::object()}};
}

}  // namespace

HttpResponse openapi_document(const HttpRequest& request) {
  if (request.header("accept").find("+protobuf") == std::string::npos) return json_response(200, as_json());
  return {200, as_protobuf(), kProtobufType, {}};
}

}  // namespace upshift::emulator::server

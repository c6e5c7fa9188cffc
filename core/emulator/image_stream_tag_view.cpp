#include "emulator/image_stream_tag_view.hpp"

#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "emulator/api.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/status.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

const ResourceType& tag_type() {
  return *cluster::find_kind("ImageStreamTag");
}

ObjectRef stream_ref(const std::string& name_space, const std::string& stream) {
  return {*cluster::find_kind("ImageStream"), name_space, stream};
}

const Json* element(const Json& stream, std::string_view list, std::string_view key, const std::string& tag) {
  for (const Json& item : array_at(stream, list)) {
    if (string_at(item, key) == tag) return &item;
  }
  return nullptr;
}

Json image_of(const Json& event) {
  return {{"metadata", {{"name", string_at(event, "/image")}, {"creationTimestamp", nullptr}}},
          {"dockerImageReference", string_at(event, "/dockerImageReference")},
          {"dockerImageMetadataVersion", "1.0"},
          {"dockerImageLayers", nullptr}};
}

Json view_of(const Json& stream, const std::string& tag) {
  const Json* spec = element(stream, "/spec/tags", "/name", tag);
  const Json* status = element(stream, "/status/tags", "/tag", tag);
  const Json* event = newest_image(stream, tag);
  const Json& metadata = stream["metadata"];
  Json view = {
      {"kind", "ImageStreamTag"}, {"apiVersion", tag_type().api_version()}, {"lookupPolicy", {{"local", false}}}};
  view["metadata"] = {{"name", string_at(metadata, "/name") + ":" + tag},
                      {"namespace", string_at(metadata, "/namespace")},
                      {"uid", string_at(metadata, "/uid")},
                      {"resourceVersion", string_at(metadata, "/resourceVersion")},
                      {"creationTimestamp", string_at(metadata, "/creationTimestamp")}};
  if (const Json* labels = find(metadata, "/labels")) view["metadata"]["labels"] = *labels;
  view["generation"] = 0;
  view["image"] = Json::object();
  if (spec != nullptr) {
    view["tag"] = *spec;
    view["generation"] = int_at(*spec, "/generation");
    if (const Json* annotations = find(*spec, "/annotations")) view["metadata"]["annotations"] = *annotations;
  }
  if (status != nullptr && find(*status, "/conditions") != nullptr) view["conditions"] = (*status)["conditions"];
  if (event != nullptr) {
    view["image"] = image_of(*event);
    view["generation"] = int_at(*event, "/generation");
    view["metadata"]["creationTimestamp"] = string_at(*event, "/created");
  }
  return view;
}

Json remove_tag(Json stream, const std::string& tag) {
  for (const auto& [part, key] : {std::pair{"spec", "name"}, std::pair{"status", "tag"}}) {
    if (!stream.contains(part) || !stream[part].contains("tags")) continue;
    std::erase_if(stream[part]["tags"].get_ref<Json::array_t&>(),
                  [&](const Json& item) { return item.is_object() && item.value(key, "") == tag; });
    if (stream[part]["tags"].empty()) stream[part].erase("tags");
  }
  return stream;
}

Json with_tag(Json stream, const Json& body, const std::string& tag) {
  Json spec = object_at(body, "/tag");
  spec["name"] = tag;
  spec.erase("generation");
  if (const Json* annotations = find(body, "/metadata/annotations")) spec["annotations"] = *annotations;
  // The later one of two with the same name counts.
  stream["spec"]["tags"].push_back(std::move(spec));
  return stream;
}

}  // namespace

Json image_stream_tag(const Store& store, const std::string& name_space, const std::string& name, bool unresolved) {
  const TagName parsed = parse_tag(name);
  const Json* stream = store.get(stream_ref(name_space, parsed.stream));
  if (stream == nullptr || name.find(':') == std::string::npos) return nullptr;
  const bool named = element(*stream, "/spec/tags", "/name", parsed.tag) != nullptr;
  if (newest_image(*stream, parsed.tag) == nullptr && !(unresolved && named)) return nullptr;
  return view_of(*stream, parsed.tag);
}

std::vector<Json> image_stream_tags(const Store& store, const std::string& name_space) {
  std::vector<Json> out;
  for (const Json* stream : store.list(*cluster::find_kind("ImageStream"), name_space)) {
    std::map<std::string, bool> names;
    for (const Json& tag : array_at(*stream, "/spec/tags")) names[string_at(tag, "/name")] = true;
    for (const Json& tag : array_at(*stream, "/status/tags")) names[string_at(tag, "/tag")] = true;
    for (const auto& [tag, present] : names) out.push_back(view_of(*stream, tag));
  }
  return out;
}

Response write_image_stream_tag(Store& store, const std::string& name_space, const Json& body, bool create,
                                const WriteOptions& options) {
  const std::string name = string_at(body, "/metadata/name");
  const TagName parsed = parse_tag(name);
  if (name.find(':') == std::string::npos || parsed.stream.empty() || parsed.tag.empty()) {
    Causes causes;
    causes.invalid("metadata.name", name, "must be in the form <name>:<tag>");
    return invalid_object(tag_type(), name, causes);
  }
  const ObjectRef ref = stream_ref(name_space, parsed.stream);
  const Json* stream = store.get(ref);
  const bool named = stream != nullptr && element(*stream, "/spec/tags", "/name", parsed.tag) != nullptr;
  if (create && named) return already_exists(tag_type(), name);
  Response written;
  if (stream == nullptr) {
    Json made = {{"apiVersion", ref.type.api_version()}, {"kind", ref.type.kind}, {"metadata", {{"name", ref.name}}}};
    written = create_object(store, ref.type, name_space, with_tag(std::move(made), body, parsed.tag), options);
  } else {
    written = replace_object(store, ref, with_tag(*stream, body, parsed.tag), options);
  }
  if (!written.ok()) return written;
  return json_response(named ? 200 : 201, view_of(written.body, parsed.tag));
}

Response patch_image_stream_tag(Store& store, const ObjectRef& ref, const cluster::Request& request,
                                const WriteOptions& options) {
  const Json current = image_stream_tag(store, ref.name_space, ref.name, true);
  if (current.is_null()) return not_found(tag_type(), ref.name);
  const auto patched = cluster::apply_patch(request.content_type, ref.type.kind, current, request.body);
  if (!patched) return bad_request(patched.error().summary);
  return write_image_stream_tag(store, ref.name_space, *patched, false, options);
}

Response delete_image_stream_tag(Store& store, const ObjectRef& ref, bool dry_run) {
  const TagName parsed = parse_tag(ref.name);
  const ObjectRef stream = stream_ref(ref.name_space, parsed.stream);
  const Json* found = store.get(stream);
  if (found == nullptr) return not_found(stream.type, parsed.stream);
  const bool named = element(*found, "/spec/tags", "/name", parsed.tag) != nullptr ||
                     element(*found, "/status/tags", "/tag", parsed.tag) != nullptr;
  if (!named) return not_found(tag_type(), ref.name);
  if (!dry_run) {
    Json changed = remove_tag(*found, parsed.tag);
    changed["metadata"]["generation"] = int_at(changed, "/metadata/generation") + 1;
    store.update(stream, std::move(changed));
  }
  return json_response(200,
                       {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}});
}

}  // namespace upshift::emulator

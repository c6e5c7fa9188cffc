#include "emulator/image_stream_tag_view.hpp"

#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "emulator/api.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/image_view.hpp"
#include "emulator/status.hpp"
#include "emulator/validation_kinds.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

ObjectRef stream_ref(const std::string& name_space, const std::string& stream) {
  return {*cluster::find_kind("ImageStream"), name_space, stream};
}

const Json* element(const Json& stream, std::string_view list, std::string_view key, const std::string& tag) {
  for (const Json& item : array_at(stream, list)) {
    if (string_at(item, key) == tag) return &item;
  }
  return nullptr;
}

// The newest image of a tag; nullptr where its event is a mere reference.
const Json* known_image(const Json& stream, const std::string& tag) {
  const Json* event = newest_image(stream, tag);
  return event == nullptr || string_at(*event, "/image").empty() ? nullptr : event;
}

// How a tag's own kind is told where it exists already.
ResourceType told_as(const ResourceType& type) {
  ResourceType told = type;
  if (type.kind == "ImageStreamTag") told.resource = "imagestreamtag";
  return told;
}

// A list tells of an image no more than its name and reference.
Json image_in_view(const Json& stream, const std::string& tag, const Json* event, bool brief) {
  Json image = image_of_event(event == nullptr || brief ? Json() : *event);
  if (event == nullptr) return image;
  image["metadata"]["name"] = string_at(*event, "/image");
  image["dockerImageReference"] = pull_reference(stream, tag);
  return image;
}

Json view_of_stream_tag(const Json& stream, const std::string& tag, bool brief) {
  const Json* spec = element(stream, "/spec/tags", "/name", tag);
  const Json* status = element(stream, "/status/tags", "/tag", tag);
  const Json* event = known_image(stream, tag);
  const Json& metadata = stream["metadata"];
  Json view = Json::object();
  view["lookupPolicy"] = {{"local", bool_at(stream, "/spec/lookupPolicy/local")}};
  view["metadata"] = {{"name", string_at(metadata, "/name") + ":" + tag},
                      {"namespace", string_at(metadata, "/namespace")},
                      {"uid", string_at(metadata, "/uid")},
                      {"resourceVersion", string_at(metadata, "/resourceVersion")},
                      {"creationTimestamp", string_at(metadata, "/creationTimestamp")}};
  if (const Json* labels = find(metadata, "/labels")) view["metadata"]["labels"] = *labels;
  view["generation"] = 0;
  view["tag"] = nullptr;
  if (spec != nullptr) {
    view["tag"] = *spec;
    if (const Json* annotations = find(*spec, "/annotations")) view["metadata"]["annotations"] = *annotations;
  }
  if (status != nullptr && find(*status, "/conditions") != nullptr) view["conditions"] = (*status)["conditions"];
  view["image"] = image_in_view(stream, tag, event, brief);
  if (event != nullptr) {
    view["generation"] = int_at(*event, "/generation");
    view["metadata"]["creationTimestamp"] = string_at(*event, "/created");
  }
  return view;
}

Json view_of_tag(const Json& stream, const std::string& tag) {
  const Json* event = newest_image(stream, tag);
  Json view = {{"metadata", stream["metadata"]}, {"spec", nullptr}, {"status", nullptr}, {"image", nullptr}};
  view["metadata"]["name"] = string_at(stream, "/metadata/name") + ":" + tag;
  if (const Json* spec = element(stream, "/spec/tags", "/name", tag)) view["spec"] = *spec;
  if (const Json* status = element(stream, "/status/tags", "/tag", tag)) view["status"] = *status;
  if (event != nullptr) view["image"] = image_of_event(*event);
  return view;
}

Json view_of(const ResourceType& type, const Json& stream, const std::string& tag, bool brief = false) {
  Json view = type.kind == "ImageTag" ? view_of_tag(stream, tag) : view_of_stream_tag(stream, tag, brief);
  view["kind"] = type.kind;
  view["apiVersion"] = type.api_version();
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

// The tag reference in the body of either kind; null where it has none.
Json reference_in(const ResourceType& type, const Json& body) {
  const Json* given = find(body, type.kind == "ImageTag" ? "/spec" : "/tag");
  return given == nullptr ? Json() : *given;
}

Json with_tag(const ResourceType& type, Json stream, const Json& body, const std::string& tag, bool create) {
  Json spec = reference_in(type, body);
  const Json* known = element(stream, "/spec/tags", "/name", tag);
  if (spec.is_null() && known != nullptr) spec = *known;
  if (!spec.is_object()) return stream;
  spec["name"] = tag;
  spec.erase("generation");
  // An update gives the tag the annotations of its view; a new tag has its own.
  if (type.kind == "ImageStreamTag" && !create) {
    const Json* annotations = find(body, "/metadata/annotations");
    spec["annotations"] = annotations == nullptr ? Json() : *annotations;
  }
  // The later one of two with the same name counts.
  stream["spec"]["tags"].push_back(std::move(spec));
  return stream;
}

// `updated`: the stream whose tag is written anew, the tag's annotations following those of the view; else nullptr.
Causes validate_tag(const ResourceType& type, const Json& body, const std::string& tag, const Json* updated) {
  Causes causes;
  const bool plain = type.kind == "ImageTag";
  const bool known = updated != nullptr;
  const Json& labels = object_at(body, "/metadata/labels");
  if (known && !plain && !labels.empty() && labels != object_at(*updated, "/metadata/labels")) {
    causes.invalid("metadata", "", "may not update fields other than metadata.annotations");
  }
  Json reference = reference_in(type, body);
  if (!reference.is_object()) {
    if (plain) causes.required("spec", "spec is a required field during creation");
    return causes;
  }
  if (plain && string_at(reference, "/name") != tag) {
    causes.invalid("spec.name", string_at(reference, "/name"), "must match image tag name");
  }
  if (string_at(reference, "/referencePolicy/type").empty()) reference["referencePolicy"]["type"] = "Source";
  validate_tag_reference(reference, plain ? "spec" : "tag", causes);
  const Json* own = find(reference, "/annotations");
  const Json& outer = object_at(body, "/metadata/annotations");
  if (!plain && !known && own != nullptr && *own != outer) {
    causes.invalid("tag.annotations", "<map>",
                   "tag annotations must not be provided or must be equal to the object meta annotations");
  }
  return causes;
}

bool is_tag_name(const std::string& name) {
  const TagName parsed = parse_tag(name);
  return name.find(':') != std::string::npos && !parsed.stream.empty() && !parsed.tag.empty();
}

Response no_tag_name(const ResourceType& type) {
  return bad_request(fmt::format("{}s must be retrieved with <name>:<tag>", type.kind));
}

}  // namespace

Response get_tag(const Store& store, const ObjectRef& ref) {
  if (!is_tag_name(ref.name)) return no_tag_name(ref.type);
  const TagName parsed = parse_tag(ref.name);
  const ObjectRef owner = stream_ref(ref.name_space, parsed.stream);
  const Json* stream = store.get(owner);
  if (stream == nullptr) return not_found(owner.type, owner.name);
  const bool named = element(*stream, "/spec/tags", "/name", parsed.tag) != nullptr ||
                     element(*stream, "/status/tags", "/tag", parsed.tag) != nullptr;
  const bool known = ref.type.kind == "ImageTag" ? named : known_image(*stream, parsed.tag) != nullptr;
  return known ? json_response(200, view_of(ref.type, *stream, parsed.tag)) : not_found(ref.type, ref.name);
}

std::vector<Json> list_tags(const Store& store, const ResourceType& type, const std::string& name_space) {
  std::vector<Json> out;
  for (const Json* stream : store.list(*cluster::find_kind("ImageStream"), name_space)) {
    std::map<std::string, bool> names;
    if (type.kind == "ImageTag") {
      for (const Json& tag : array_at(*stream, "/spec/tags")) names[string_at(tag, "/name")] = true;
    }
    for (const Json& tag : array_at(*stream, "/status/tags")) {
      const std::string name = string_at(tag, "/tag");
      if (type.kind == "ImageTag" || known_image(*stream, name) != nullptr) names[name] = true;
    }
    for (const auto& [tag, present] : names) out.push_back(view_of(type, *stream, tag, true));
  }
  return out;
}

Response write_tag(Store& store, const ObjectRef& tag_ref, const Json& body, bool create, const WriteOptions& options) {
  const ResourceType& type = tag_ref.type;
  const std::string kind = string_at(body, "/kind", type.kind);
  if (!body.is_object() || kind != type.kind) {
    return bad_request(fmt::format("{} cannot be handled as a {}", kind, type.kind));
  }
  const std::string name = create ? string_at(body, "/metadata/name") : tag_ref.name;
  if (name.empty()) {
    Causes causes;
    causes.required("metadata.name", "name or generateName is required");
    return invalid_object(type, name, causes);
  }
  if (!is_tag_name(name)) {
    if (!create) return no_tag_name(type);
    return status_failure(500, {}, fmt::format("\"{}\" must be of the form <stream_name>:<tag>", name));
  }
  const TagName parsed = parse_tag(name);
  const ObjectRef ref = stream_ref(tag_ref.name_space, parsed.stream);
  const Json* stream = store.get(ref);
  const Json* updated = create ? nullptr : stream;
  if (const Causes causes = validate_tag(type, body, parsed.tag, updated); !causes.empty()) {
    return invalid_object(type, name, causes);
  }
  const bool named = stream != nullptr && element(*stream, "/spec/tags", "/name", parsed.tag) != nullptr;
  if (create && named) return already_exists(told_as(type), name);
  const std::string version = string_at(body, "/metadata/resourceVersion");
  if (!create && !version.empty()) {
    if (stream == nullptr) return not_found(type, name);
    if (version != string_at(*stream, "/metadata/resourceVersion")) {
      return conflict(type, name, "another caller has updated the resource version");
    }
  }
  if (!create && !named && reference_in(type, body).is_null()) {
    return bad_request(fmt::format("imagestreamtag {} is not a spec tag in imagestream {}/{}, cannot be updated",
                                   parsed.tag, ref.name_space, ref.name));
  }
  Response written;
  if (stream == nullptr) {
    Json made = {{"apiVersion", ref.type.api_version()}, {"kind", ref.type.kind}, {"metadata", {{"name", ref.name}}}};
    written = create_object(store, ref.type, ref.name_space, with_tag(type, std::move(made), body, parsed.tag, create),
                            options);
  } else {
    written = replace_object(store, ref, with_tag(type, *stream, body, parsed.tag, create), options);
  }
  if (!written.ok()) return written;
  return json_response(named ? 200 : 201, view_of(type, written.body, parsed.tag));
}

Response patch_tag(Store& store, const ObjectRef& ref, const cluster::Request& request, const WriteOptions& options) {
  if (!is_tag_name(ref.name)) return no_tag_name(ref.type);
  const TagName parsed = parse_tag(ref.name);
  const ObjectRef owner = stream_ref(ref.name_space, parsed.stream);
  const Json* stream = store.get(owner);
  if (stream == nullptr) return not_found(owner.type, owner.name);
  const auto patched =
      cluster::apply_patch(request.content_type, ref.type.kind, view_of(ref.type, *stream, parsed.tag), request.body);
  if (!patched) return bad_request(patched.error().summary);
  return write_tag(store, ref, *patched, false, options);
}

Response delete_tag(Store& store, const ObjectRef& ref, bool dry_run) {
  if (!is_tag_name(ref.name)) return no_tag_name(ref.type);
  const TagName parsed = parse_tag(ref.name);
  const ObjectRef stream = stream_ref(ref.name_space, parsed.stream);
  const Json* found = store.get(stream);
  if (found == nullptr) return not_found(stream.type, parsed.stream);
  const bool named = element(*found, "/spec/tags", "/name", parsed.tag) != nullptr ||
                     element(*found, "/status/tags", "/tag", parsed.tag) != nullptr;
  if (!named) return not_found(ref.type, ref.name);
  if (!dry_run) {
    Json changed = remove_tag(*found, parsed.tag);
    const bool counted = object_at(changed, "/spec") != object_at(*found, "/spec");
    if (counted) changed["metadata"]["generation"] = int_at(changed, "/metadata/generation") + 1;
    store.update(stream, std::move(changed));
  }
  return json_response(200,
                       {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}});
}

}  // namespace upshift::emulator

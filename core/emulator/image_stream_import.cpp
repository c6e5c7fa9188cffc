#include "emulator/image_stream_import.hpp"

#include <fmt/format.h>

#include "cluster/schema.hpp"
#include "emulator/api.hpp"
#include "emulator/api_path.hpp"
#include "emulator/defaults.hpp"
#include "emulator/image_reference.hpp"
#include "emulator/image_tags.hpp"
#include "emulator/image_view.hpp"
#include "emulator/status.hpp"
#include "emulator/validation.hpp"

namespace upshift::emulator {
namespace {

using cluster::Response;

constexpr const char* kGroup = "image.openshift.io";
constexpr const char* kChecked = "openshift.io/image.dockerRepositoryCheck";

void check_source(const Json& from, const std::string& field, Causes& causes) {
  const std::string image = string_at(from, "/name");
  if (const std::string kind = string_at(from, "/kind"); kind != "DockerImage") {
    causes.invalid(field + ".kind", kind, "only DockerImage is supported");
  } else if (image.empty()) {
    causes.required(field + ".name");
  } else if (image != "*" && !is_image_reference(image)) {
    causes.invalid(field + ".name", image, "invalid reference format");
  }
}

Causes validate_import(const ResourceType& type, const Json& request) {
  Causes causes;
  const Json& images = array_at(request, "/spec/images");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string field = fmt::format("spec.images[{}]", i);
    if (find(images[i], "/to") != nullptr && string_at(images[i], "/to/name").empty()) {
      causes.invalid(field + ".to.name", "", "the name of the target tag must be specified");
    }
    check_source(object_at(images[i], "/from"), field + ".from", causes);
  }
  const Json* repository = find(request, "/spec/repository");
  if (repository != nullptr) {
    check_source(object_at(*repository, "/from"), "spec.repository.from", causes);
    const std::string name = string_at(*repository, "/from/name");
    if (repository_of(name) != name) {
      causes.invalid("spec.repository.from.name", name, "you must specify an image repository, not a tag or ID");
    }
  }
  if (images.empty() && repository == nullptr) {
    causes.invalid("spec.images", "null", "you must specify at least one image or a repository import");
  }
  validate_metadata(type, request, nullptr, causes);
  return causes;
}

void default_import(Json& request) {
  const auto set_policy = [](Json& item) {
    if (string_at(item, "/referencePolicy/type").empty()) item["referencePolicy"]["type"] = "Source";
  };
  if (request["spec"].contains("repository")) set_policy(request["spec"]["repository"]);
  if (!request["spec"].contains("images")) return;
  for (Json& image : request["spec"]["images"]) {
    set_policy(image);
    const std::string tag = tag_of(string_at(image, "/from/name"));
    if (!image.contains("to") && !tag.empty()) image["to"] = {{"name", tag}};
  }
}

Json failure_status(const std::string& reason, const std::string& image) {
  const int code = reason == "NotFound" ? 404 : reason == "Unauthorized" ? 401 : 500;
  Json details = reason == "NotFound" ? Json{{"name", image}, {"group", kGroup}, {"kind", "dockerimage"}} : Json();
  Json status = status_failure(code, reason, import_refusal_text(reason, image), std::move(details)).body;
  status.erase("kind");
  status.erase("apiVersion");
  return status;
}

// What a registry says to one image: {"status", "image", "tag"}.
Json ask_registry(const Registry& registry, const std::string& name_space, const std::string& image,
                  const std::string& now) {
  Json answer = Json::object();
  if (const std::string tag = tag_of(image); !tag.empty()) answer["tag"] = tag;
  if (answer.empty() && image.find('@') == std::string::npos) answer["tag"] = "latest";
  const std::string reason = registry ? registry(name_space, image) : std::string{};
  if (!reason.empty()) {
    answer["status"] = failure_status(reason, image);
    return answer;
  }
  answer["status"] = {{"metadata", Json::object()}, {"status", "Success"}};
  answer["image"] =
      image_of_event({{"image", digest_of(image)}, {"dockerImageReference", pinned(image)}, {"created", now}});
  return answer;
}

Json& spec_tag(Json& stream, const std::string& tag, bool& made) {
  Json& tags = stream["spec"]["tags"];
  if (!tags.is_array()) tags = Json::array();
  for (Json& item : tags) {
    if (string_at(item, "/name") == tag) return item;
  }
  made = true;
  tags.push_back({{"name", tag}, {"annotations", nullptr}});
  return tags.back();
}

// Whether the tag tells of this refusal already.
bool tells_refusal(const Json& stream, const std::string& tag, const Json& status) {
  for (const Json& entry : array_at(stream, "/status/tags")) {
    if (string_at(entry, "/tag") != tag) continue;
    for (const Json& condition : array_at(entry, "/conditions")) {
      if (string_at(condition, "/reason") == string_at(status, "/reason") &&
          string_at(condition, "/message") == string_at(status, "/message")) {
        return true;
      }
    }
  }
  return false;
}

void take_refusal(Json& stream, const Json& asked, const std::string& tag, const Json& status, std::int64_t generation,
                  const std::string& now) {
  bool made = false;
  Json& spec = spec_tag(stream, tag, made);
  if (made) {
    spec["from"] = {{"kind", "DockerImage"}, {"name", string_at(asked, "/from/name")}};
    spec["importPolicy"] = object_at(asked, "/importPolicy");
    spec["referencePolicy"] = object_at(asked, "/referencePolicy");
    spec["generation"] = generation;
  }
  if (tells_refusal(stream, tag, status)) return;
  spec["generation"] = generation;
  set_import_failure(stream, tag, generation, string_at(status, "/reason"), string_at(status, "/message"), now);
}

// Tags what a registry has answered into the stream.
void take_answer(Json& stream, const Json& asked, const std::string& tag, const Json& answer, std::int64_t generation,
                 const std::string& now) {
  const Json& status = object_at(answer, "/status");
  if (string_at(status, "/status") != "Success") return take_refusal(stream, asked, tag, status, generation, now);
  bool made = false;
  Json& spec = spec_tag(stream, tag, made);
  const std::string reference = string_at(answer, "/image/dockerImageReference");
  const Json* newest = newest_image(stream, tag);
  const bool moved = newest == nullptr || string_at(*newest, "/dockerImageReference") != reference ||
                     int_at(spec, "/generation") > int_at(*newest, "/generation");
  spec["importPolicy"] = object_at(asked, "/importPolicy");
  if (moved) {
    spec["from"] = {{"kind", "DockerImage"}, {"name", string_at(asked, "/from/name")}};
    spec["generation"] = generation;
    if (string_at(spec, "/referencePolicy/type").empty())
      spec["referencePolicy"] = object_at(asked, "/referencePolicy");
    push_image(stream, tag, reference, generation, now);
  }
}

// The answers of all registries, in the order of what was asked for.
Json ask_registries(const Registry& registry, const std::string& name_space, const Json& spec, const std::string& now) {
  Json status = Json::object();
  if (const Json* repository = find(spec, "/repository")) {
    const Json latest = ask_registry(registry, name_space, string_at(*repository, "/from/name"), now);
    status["repository"] = {{"status", latest["status"]}};
    if (latest.contains("image")) status["repository"]["images"] = Json::array({latest});
  }
  for (const Json& image : array_at(spec, "/images")) {
    status["images"].push_back(ask_registry(registry, name_space, string_at(image, "/from/name"), now));
  }
  return status;
}

Json tag_answers(Json stream, const Json& request, const std::string& now) {
  const std::int64_t generation = int_at(stream, "/metadata/generation") + 1;
  const Json& answers = array_at(request, "/status/images");
  const Json& images = array_at(request, "/spec/images");
  for (std::size_t i = 0; i < images.size(); ++i) {
    const std::string tag = string_at(images[i], "/to/name");
    if (!tag.empty()) take_answer(stream, images[i], tag, answers[i], generation, now);
  }
  for (const Json& answer : array_at(request, "/status/repository/images")) {
    Json asked = request["spec"]["repository"];
    asked["from"]["name"] = string_at(asked, "/from/name") + ":" + string_at(answer, "/tag");
    take_answer(stream, asked, string_at(answer, "/tag"), answer, generation, now);
  }
  return stream;
}

// The stream with the answers in it: created, changed, or as it was where they say nothing new.
Response write_stream(Store& store, const ObjectRef& ref, const Json& request, const std::string& now, bool dry_run) {
  const Json* found = store.get(ref);
  const Json before = found != nullptr ? *found
                                       : Json{{"metadata", {{"name", ref.name}, {"namespace", ref.name_space}}},
                                              {"spec", {{"lookupPolicy", {{"local", false}}}}}};
  Json changed = tag_answers(before, request, now);
  set_defaults(ref.type, changed);
  const std::string checked = std::string("/metadata/annotations/") + escape_pointer(kChecked);
  if (changed == before && find(before, checked) != nullptr) return json_response(200, before);
  changed["metadata"]["annotations"][kChecked] = now;
  if (found == nullptr || object_at(changed, "/spec") != object_at(before, "/spec")) {
    changed["metadata"]["generation"] = int_at(changed, "/metadata/generation") + 1;
  }
  follow_tags(changed);
  if (found == nullptr && string_at(changed, "/status/dockerImageRepository").empty()) {
    changed["status"]["dockerImageRepository"] =
        fmt::format("image-registry.openshift-image-registry.svc:5000/{}/{}", ref.name_space, ref.name);
  }
  if (dry_run) return json_response(200, std::move(changed));
  return json_response(
      200, found == nullptr ? store.create(ref, std::move(changed)) : store.update(ref, std::move(changed)));
}

std::optional<Response> check_stream(const Json* stream, const ObjectRef& ref, const Json& request) {
  const std::string version = string_at(request, "/metadata/resourceVersion");
  const std::string uid = string_at(request, "/metadata/uid");
  if (stream == nullptr) {
    if (version.empty() && uid.empty()) return std::nullopt;
    return not_found(ref.type, ref.name);
  }
  const ResourceType told{kGroup, "v1", "imagestream", "ImageStream"};
  if (!version.empty() && version != string_at(*stream, "/metadata/resourceVersion")) {
    return conflict(told, ref.name, "the image stream was updated");
  }
  if (!uid.empty() && uid != string_at(*stream, "/metadata/uid")) return not_found(told, ref.name);
  return std::nullopt;
}

}  // namespace

std::string import_refusal_text(std::string_view reason, const std::string& image) {
  if (reason == "NotFound") return fmt::format("dockerimage.image.openshift.io \"{}\" not found", image);
  if (reason == "Unauthorized") return fmt::format("you may not have access to the container image \"{}\"", image);
  return fmt::format("Internal error occurred: {}: the registry does not answer as it should", image);
}

Response import_image_stream(Store& store, const std::string& name_space, const Json& body, const Registry& registry,
                             const WriteOptions& options) {
  const ResourceType& type = *cluster::find_kind("ImageStreamImport");
  Json given = body;
  given.erase("status");
  auto decoded = cluster::conform(type.kind, given);
  if (!decoded) return bad_request("ImageStreamImport cannot be handled: " + decoded.error().summary);
  Json request = std::move(*decoded);
  const ObjectRef ref{*cluster::find_kind("ImageStream"), name_space, string_at(request, "/metadata/name")};
  if (auto refused = check_stream(store.get(ref), ref, request)) return *refused;
  const std::string now = to_rfc3339(store.clock().now());
  request["kind"] = type.kind;
  request["apiVersion"] = type.api_version();
  Json& metadata = request["metadata"];
  metadata["namespace"] = name_space;
  metadata["uid"] = store.new_uid("import of " + ref.display());
  metadata["creationTimestamp"] = now;
  metadata.erase("resourceVersion");
  default_import(request);
  if (const Causes causes = validate_import(type, request); !causes.empty()) {
    return invalid_object(type, ref.name, causes);
  }
  request["status"] = ask_registries(registry, name_space, request["spec"], now);
  if (!bool_at(request, "/spec/import")) return json_response(201, std::move(request));
  const Response written = write_stream(store, ref, request, now, options.dry_run);
  if (!written.ok()) return written;
  Json stream = written.body;
  stream.erase("kind");
  stream.erase("apiVersion");
  request["status"]["import"] = std::move(stream);
  return json_response(201, std::move(request));
}

Response map_image(Store& store, const std::string& name_space, const Json& body, const WriteOptions& options) {
  const ResourceType type{kGroup, "v1", "imagestreammappings", "ImageStreamMapping"};
  const std::string name = string_at(body, "/metadata/name");
  const std::string tag = string_at(body, "/tag", "latest");
  const std::string reference = string_at(body, "/image/dockerImageReference");
  const std::string image = string_at(body, "/image/metadata/name");
  Causes causes;
  if (name.empty()) {
    causes.required("name");
    causes.required("dockerImageRepository");
    causes.required("metadata.name", "name or generateName is required");
  }
  if (image.empty()) causes.required("image.metadata.name", "name or generateName is required");
  if (reference.empty()) {
    causes.required("image.dockerImageReference");
  } else if (!is_image_reference(reference)) {
    causes.invalid("image.dockerImageReference", reference, "invalid reference format");
  }
  if (!causes.empty()) return invalid_object(type, name, causes);
  const ObjectRef ref{*cluster::find_kind("ImageStream"), name_space, name};
  const Json* found = store.get(ref);
  if (found == nullptr) return not_found(ref.type, name);
  if (!options.dry_run) {
    Json stream = *found;
    push_image(stream, tag, reference, int_at(stream, "/metadata/generation"), to_rfc3339(store.clock().now()));
    store.update(ref, std::move(stream));
  }
  return json_response(
      201,
      {{"kind", "Status"}, {"apiVersion", "v1"}, {"metadata", Json::object()}, {"status", "Success"}, {"code", 201}});
}

}  // namespace upshift::emulator

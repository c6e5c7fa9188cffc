#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "emulator/emulator_state.hpp"
#include "emulator/template.hpp"

namespace upshift::emulator {
namespace {

// Views of other objects, and answers rather than objects: nothing to store.
bool is_view(const Json& object) {
  static constexpr std::array<std::string_view, 6> kViews = {
      "ImageStreamTag", "ImageStreamImage", "ImageTag", "Project", "ProjectRequest", "SelfSubjectAccessReview"};
  const std::string kind = string_at(object, "/kind");
  return std::find(kViews.begin(), kViews.end(), kind) != kViews.end();
}

std::string display(const Json& object) {
  const std::string kind = string_at(object, "/kind");
  const std::string name = string_at(object, "/metadata/name");
  if (kind.empty() && name.empty()) return "an object without kind and name";
  return kind + "/" + (name.empty() ? "(no name)" : name);
}

bool is_exported(const Json& object) {
  return !string_at(object, "/metadata/uid").empty();
}

bool is_list(const Json& document) {
  return string_at(document, "/kind").ends_with("List") && find(document, "/items") != nullptr;
}

std::uint64_t version_of(const Json& object) {
  const std::string text = string_at(object, "/metadata/resourceVersion");
  std::uint64_t out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

// The latest time an object tells of: the project goes on from there.
TimePoint latest_time(const Json& object) {
  TimePoint out{};
  const auto consider = [&](const std::string& text) {
    if (const auto time = parse_rfc3339(text)) out = std::max(out, *time);
  };
  consider(string_at(object, "/metadata/creationTimestamp"));
  consider(string_at(object, "/lastTimestamp"));
  for (const Json& condition : array_at(object, "/status/conditions")) {
    consider(string_at(condition, "/lastTransitionTime"));
    consider(string_at(condition, "/lastUpdateTime"));
  }
  return out;
}

void flatten(const Json& document, std::vector<const Json*>& out) {
  if (!is_list(document)) {
    out.push_back(&document);
    return;
  }
  for (const Json& item : array_at(document, "/items")) flatten(item, out);
}

}  // namespace

Status Emulator::load(const Json& document, const std::map<std::string, std::string>& parameters) {
  State& state = *state_;
  if (!document.is_object()) {
    return failure(StatusCode::kInvalidArgument, "the document is not an object of an API",
                   "Give a Template, a List or single objects, each with apiVersion and kind.");
  }
  if (string_at(document, "/kind") != "Template") return state.load_objects(document);
  UPSHIFT_ASSIGN(const Json processed, process_template(document, parameters, state.options.seed));
  return state.load_objects({{"kind", "List"}, {"items", array_at(processed, "/objects")}});
}

Status Emulator::State::load_objects(const Json& document) {
  std::vector<const Json*> exported, described;
  std::vector<const Json*> all;
  flatten(document, all);
  for (const Json* object : all) {
    if (!object->is_object()) return failure(StatusCode::kInvalidArgument, "an item of the list is not an object");
    if (!is_view(*object)) (is_exported(*object) ? exported : described).push_back(object);
  }
  UPSHIFT_TRY(load_export(exported));
  for (const Json* object : described) UPSHIFT_TRY(load_object(*object));
  return {};
}

Status Emulator::State::load_export(const std::vector<const Json*>& objects) {
  TimePoint latest{};
  for (const Json* object : objects) {
    store.raise_resource_version(version_of(*object));
    latest = std::max(latest, latest_time(*object));
  }
  if (latest >= clock.now()) clock.advance_to(latest + std::chrono::seconds(1));
  // The namespace first: it would be made otherwise.
  const auto load_one = [&](const Json& object) -> Status {
    auto ref = cluster::ref_of(object);
    if (!ref) return failure(std::move(ref.error()).with_context(display(object)));
    if (ref->type.namespaced) {
      UPSHIFT_TRY(adopt_namespace(object));
      ensure_project();
      ref->name_space = options.name_space;
    } else if (ref->type.kind == "Namespace" && !project_exists) {
      options.name_space = ref->name;
      project_exists = true;
    }
    if (store.get(*ref) != nullptr) {
      return failure(StatusCode::kInvalidArgument, fmt::format("{} is there already", ref->display()),
                     "Load an export into an empty project, and each object once.");
    }
    if (ref->type.kind == "ConfigMap" && ref->name == "kube-root-ca.crt") adopt_authority(object);
    store.create(*ref, object, true);
    return {};
  };
  for (const Json* object : objects) {
    if (string_at(*object, "/kind") == "Namespace") UPSHIFT_TRY(load_one(*object));
  }
  for (const Json* object : objects) {
    if (string_at(*object, "/kind") != "Namespace") UPSHIFT_TRY(load_one(*object));
  }
  return {};
}

// The cluster that the export is of goes on to be the one it is in.
void Emulator::State::adopt_authority(const Json& object) {
  const std::string authority = string_at(object, "/data/ca.crt");
  if (plane.cluster_authority_known || authority.empty()) return;
  plane.cluster_authority = authority;
  plane.cluster_authority_known = true;
}

// The first object that names a namespace decides which one the project is.
Status Emulator::State::adopt_namespace(const Json& object) {
  const std::string wanted = string_at(object, "/metadata/namespace");
  if (wanted.empty() || wanted == options.name_space) return {};
  if (project_exists) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("{} is in namespace {}, not in {}", display(object), wanted, options.name_space),
                   "An emulated project is one namespace; leave objects of others out.");
  }
  options.name_space = wanted;
  return {};
}

Status Emulator::State::load_object(const Json& object) {
  const auto ref = cluster::ref_of(object);
  if (!ref) return failure(Error(ref.error()).with_context(fmt::format("{} cannot be loaded", display(object))));
  if (ref->type.kind == "Namespace" && (!project_exists || ref->name == options.name_space)) {
    options.name_space = ref->name;
    ensure_project();
    return {};
  }
  if (ref->type.namespaced) UPSHIFT_TRY(adopt_namespace(object));
  ensure_project();
  cluster::Request request;
  request.method = "POST";
  request.path = cluster::collection_path(ref->type, options.name_space);
  request.body = object;
  // The version served, where the manifest carries an older spelling.
  request.body["apiVersion"] = ref->type.api_version();
  const cluster::Response response = api.handle(request);
  if (response.ok()) return {};
  return failure(StatusCode::kInvalidArgument,
                 fmt::format("{} cannot be created: {}", ref->display(),
                             string_at(response.body, "/message", "the server gives no reason")));
}

Json Emulator::snapshot() const {
  Json items = Json::array();
  for (const Json* object : state_->store.all()) items.push_back(*object);
  return {{"apiVersion", "v1"}, {"kind", "List"}, {"metadata", Json::object()}, {"items", std::move(items)}};
}

}  // namespace upshift::emulator

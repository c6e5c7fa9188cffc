#include "cluster/received_object.hpp"

#include <array>

namespace upshift::cluster {
namespace {

enum Telling : std::size_t { kName, kVersion, kUid, kDeployerOf, kPhase, kType };

constexpr std::array<std::string_view, 6> kOfEvent = {"/object/metadata/name",
                                                      "/object/metadata/resourceVersion",
                                                      "/object/metadata/uid",
                                                      "/object/metadata/labels/openshift.io~1deployer-pod-for.name",
                                                      "/object/metadata/annotations/openshift.io~1deployment.phase",
                                                      "/type"};

constexpr std::string_view of_object(std::size_t which) {
  return kOfEvent[which].substr(std::string_view("/object").size());
}
constexpr std::array<std::string_view, 5> kOfObject = {of_object(kName), of_object(kVersion), of_object(kUid),
                                                       of_object(kDeployerOf), of_object(kPhase)};

}  // namespace

std::optional<ReceivedObject> ReceivedObject::read(std::string body) {
  auto told = strings_in(body, kOfObject);
  if (!told || (*told)[kName].empty()) return {};
  ReceivedObject object;
  object.text_ = {std::move(body), false, std::move(*told)};
  return object;
}

std::optional<std::pair<ReceivedObject, std::string>> ReceivedObject::read_event(std::string_view line) {
  auto told = strings_in(line, kOfEvent);
  if (!told || (*told)[kName].empty()) return {};
  std::string type = (*told)[kType];
  ReceivedObject object;
  object.text_ = {std::string(line), true, std::move(*told)};
  return std::pair(std::move(object), std::move(type));
}

ReceivedObject::ReceivedObject(Json tree) : tree_(std::move(tree)) {}

// An event that is written as servers write it ends with its object.
std::optional<std::string_view> ReceivedObject::Text::object() const {
  if (!is_event) return whole;
  const auto start = "{\"type\":\"" + told[kType] + "\",\"object\":";
  if (!whole.starts_with(start) || !whole.ends_with('}')) return {};
  return std::string_view(whole).substr(start.size(), whole.size() - start.size() - 1);
}

const Json& ReceivedObject::tree() const {
  if (!tree_ && text_) {
    if (auto whole = parse_json(text_->whole, "an object")) {
      tree_ = text_->is_event ? std::move((*whole)["object"]) : std::move(*whole);
    }
  }
  if (!tree_) tree_.emplace();
  return *tree_;
}

Json& ReceivedObject::tree() {
  static_cast<void>(std::as_const(*this).tree());
  text_.reset();
  return *tree_;
}

Json ReceivedObject::without_spec() const {
  if (text_ && !tree_) {
    if (auto object = object_without(text_->whole, text_->is_event ? "/object" : "", "spec")) return std::move(*object);
  }
  Json copy = Json::object();
  for (const auto& [key, value] : tree().items()) {
    if (key != "spec") copy[key] = value;
  }
  return copy;
}

std::string ReceivedObject::text() const {
  return text_ && !text_->is_event ? text_->whole : to_text(tree());
}

std::optional<ReceivedObject> ReceivedObject::as_it_came() const {
  const auto own = text_ ? text_->object() : std::nullopt;
  if (own) {
    if (auto object = read(std::string(*own))) return object;
  }
  return read(to_text(tree()));
}

std::string ReceivedObject::told(std::size_t which) const {
  return text_ ? text_->told[which] : string_at(tree(), kOfObject[which]);
}

std::string ReceivedObject::name() const {
  return told(kName);
}

std::string ReceivedObject::version() const {
  return told(kVersion);
}

std::string ReceivedObject::uid() const {
  return told(kUid);
}

std::string ReceivedObject::deployer_of() const {
  return told(kDeployerOf);
}

std::string ReceivedObject::rollout_phase() const {
  return told(kPhase);
}

}  // namespace upshift::cluster

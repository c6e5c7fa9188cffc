#include "emulator/server/negotiation.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "emulator/server/table.hpp"

namespace upshift::emulator::server {
namespace {

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

struct Clause {
  std::string type;                     // "application/json"
  std::vector<std::string> parameters;  // "as=Table"
};

// The clauses of the header that this server can answer, in the client's order.
std::vector<Clause> offers_taken(const HttpRequest& request) {
  std::vector<Clause> taken;
  for (const std::string& text : split(without_spaces(request.header("accept")), ',')) {
    std::vector<std::string> parts = split(text, ';');
    if (parts.empty()) continue;
    const std::string type = parts.front();
    parts.erase(parts.begin());
    const bool known = type == "*/*" || type == "application/*" || type == "application/json" ||
                       type == "application/yaml" || type == "text/plain";
    if (known) taken.push_back({type, std::move(parts)});
  }
  return taken;
}

Json metadata_of(const Json& object) {
  return {{"kind", "PartialObjectMetadata"},
          {"apiVersion", "meta.k8s.io/v1"},
          {"metadata", object_at(object, "/metadata")}};
}

Json metadata_only(const Json& object) {
  const Json* const items = find(object, "/items");
  if (items == nullptr || !items->is_array()) return metadata_of(object);
  Json list = {{"kind", "PartialObjectMetadataList"},
               {"apiVersion", "meta.k8s.io/v1"},
               {"metadata", object_at(object, "/metadata")},
               {"items", Json::array()}};
  for (const Json& item : *items) list["items"].push_back(metadata_of(item));
  return list;
}

}  // namespace

bool is_acceptable(const HttpRequest& request) {
  return request.header("accept").empty() || !offers_taken(request).empty();
}

HttpResponse not_acceptable() {
  return refusal(406, "NotAcceptable",
                 "only the following media types are accepted: application/json, application/yaml");
}

Form form_of(const HttpRequest& request) {
  const auto taken = offers_taken(request);
  if (taken.empty()) return Form::kWhole;
  for (const std::string& parameter : taken.front().parameters) {
    if (parameter == "as=Table") return Form::kTable;
    if (parameter == "as=PartialObjectMetadata" || parameter == "as=PartialObjectMetadataList") return Form::kMetadata;
  }
  return Form::kWhole;
}

bool wants_yaml(const HttpRequest& request) {
  const auto taken = offers_taken(request);
  return !taken.empty() && taken.front().type == "application/yaml";
}

Json in_form(Form form, const Json& object, std::string_view include_object, TimePoint now) {
  if (form == Form::kTable) return to_table(object, include_object, now);
  const bool is_object = !string_at(object, "/kind").empty() && string_at(object, "/kind") != "Status";
  return form == Form::kMetadata && is_object ? metadata_only(object) : object;
}

}  // namespace upshift::emulator::server

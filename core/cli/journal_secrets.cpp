#include "cli/journal_secrets.hpp"

#include <fmt/format.h>

#include "report/redaction.hpp"

namespace upshift::cli {
namespace {

using report::kRedacted;
using report::names_a_secret;

// Shorter ones, "admin" for instance, stand in too many other places to be taken out everywhere.
constexpr std::size_t kShortestCredential = 8;

// Values by the names of their members: what an API answers, or a form.
Json by_name(const Json& json) {
  if (json.is_array()) {
    Json out = Json::array();
    for (const Json& item : json) out.push_back(by_name(item));
    return out;
  }
  if (!json.is_object()) return json.is_string() ? Json(report::redact_text(json.get<std::string>())) : json;
  Json out = Json::object();
  for (const auto& [key, value] : json.items()) {
    const bool hidden = names_a_secret(key) && !value.is_null() && value != "";
    out[key] = hidden ? Json(kRedacted) : by_name(value);
  }
  return out;
}

// The object in the rules of its kind, which an answer of a list does not name.
Json object_of(const std::string& kind, const Json& object) {
  if (!object.is_object()) return object;
  const bool named = object.contains("kind");
  Json copy = object;
  if (!named) copy["kind"] = kind;
  copy = report::redact_object(copy);
  if (!named) copy.erase("kind");
  return copy;
}

// [{"op":"add","path":"/data/PASSWORD","value":…}]
Json operations_of(const std::string& kind, const Json& operations) {
  Json out = Json::array();
  for (const Json& operation : operations) {
    Json one = operation;
    const auto path = string_at(operation, "/path");
    const bool hidden =
        kind == "Secret" ? !path.starts_with("/metadata") : names_a_secret(path.substr(path.rfind('/') + 1));
    if (one.is_object() && one.contains("value")) one["value"] = hidden ? Json(kRedacted) : object_of("", one["value"]);
    out.push_back(std::move(one));
  }
  return out;
}

Json request_of(const std::string& kind, Json request) {
  if (!request.is_object() || !request.contains("body")) return request;
  Json& body = request["body"];
  body = body.is_array() ? operations_of(kind, body) : object_of(kind, body);
  return request;
}

Json answer_of(Json answer) {
  if (!answer.is_object() || !answer.contains("body")) return answer;
  const auto text = string_at(answer, "/body");
  const auto parsed = parse_json(text, "an answer");
  answer["body"] = parsed ? to_text(by_name(*parsed)) : fmt::format("({} bytes)", text.size());
  return answer;
}

}  // namespace

void JournalSecrets::add_secret_object(const Json& object) {
  for (const auto& [key, value] : object_at(object, "/data").items()) {
    if (!value.is_string()) continue;
    const auto plain = decode_base64(value.get_ref<const std::string&>());
    if (!plain || plain->size() < kShortestCredential) continue;
    if (names_a_secret(key) || plain->find('@') != std::string::npos) known_.add(*plain);
  }
}

Result<JournalSecrets> JournalSecrets::of(journal::Journal& journal) {
  JournalSecrets secrets;
  UPSHIFT_ASSIGN(const auto runs, journal.runs());
  for (const auto& run : runs) {
    UPSHIFT_ASSIGN(const auto values, journal.values(run.id));
    for (const auto& value : values) {
      if (value.secret) secrets.known_.add(value.value);
    }
    UPSHIFT_ASSIGN(const auto changes, journal.changes(run.id));
    for (const auto& change : changes) {
      if (change.kind != "Secret") continue;
      for (const Json* object : {&change.old_value, &change.intended, &change.new_value})
        secrets.add_secret_object(*object);
    }
  }
  return secrets;
}

journal::Change JournalSecrets::shown(journal::Change change) const {
  const bool is_http = change.verb == journal::Verb::kHttp;
  if (is_http || change.verb == journal::Verb::kExec) {
    change.request = by_name(change.request);
    change.new_value = by_name(is_http ? answer_of(change.new_value) : change.new_value);
  } else {
    change.request = request_of(change.kind, std::move(change.request));
    change.old_value = object_of(change.kind, change.old_value);
    change.intended = object_of(change.kind, change.intended);
    change.new_value = object_of(change.kind, change.new_value);
  }
  for (Json* value : {&change.request, &change.old_value, &change.intended, &change.new_value}) *value = shown(*value);
  change.error = shown(change.error);
  return change;
}

journal::Value JournalSecrets::shown(journal::Value value) const {
  value.value = value.secret ? Json(kRedacted) : by_name(shown(value.value));
  return value;
}

std::string JournalSecrets::shown(const std::string& text) const {
  return known_.clean(report::redact_text(text));
}

Json JournalSecrets::shown(const Json& json) const {
  if (json.is_string()) return known_.clean(json.get<std::string>());
  if (!json.is_structured()) return json;
  Json out = json;
  for (Json& inner : out) inner = shown(inner);
  return out;
}

}  // namespace upshift::cli

#include "emulator/selector.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace upshift::emulator {
namespace {

tl::unexpected<Error> malformed(std::string summary) {
  return failure(StatusCode::kInvalidArgument, std::move(summary));
}

// Words of a label selector: names and values, and the signs = == != ! , ( ).
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\t') {
      ++at;
    } else if (c == ',' || c == '(' || c == ')') {
      words.emplace_back(1, c);
      ++at;
    } else if (c == '=' || c == '!') {
      const std::size_t length = at + 1 < text.size() && text[at + 1] == '=' ? 2 : 1;
      words.emplace_back(text.substr(at, length));
      at += length;
    } else {
      const auto end = text.find_first_of(" \t,()=!", at);
      words.emplace_back(text.substr(at, end == std::string_view::npos ? end : end - at));
      at = end == std::string_view::npos ? text.size() : end;
    }
  }
  return words;
}

bool is_name(const std::string& word) {
  return !word.empty() && std::string_view(",()=!").find(word.front()) == std::string_view::npos;
}

const std::vector<std::string>& fields_of(const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> fields = {
      {"Pod",
       {"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
        "status.podIP", "status.nominatedNodeName"}},
      {"Event",
       {"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type"}},
      {"Secret", {"type"}},
      {"Namespace", {"status.phase", "name"}},
      {"ReplicationController", {"status.replicas"}},
      {"Job", {"status.successful"}},
      {"Route", {"spec.host", "spec.path", "spec.to.name"}},
      {"ImageStream", {"spec.dockerImageRepository", "status.dockerImageRepository"}},
  };
  static const std::vector<std::string> none;
  const auto found = fields.find(kind);
  return found == fields.end() ? none : found->second;
}

std::string text_at(const Json& object, const std::string& pointer) {
  const Json* at = find(object, pointer);
  if (at == nullptr) return {};
  return at->is_string() ? at->get<std::string>() : to_text(*at);
}

}  // namespace

class LabelParser {
 public:
  explicit LabelParser(std::string_view text) : words_(words_of(text)) {}

  Result<std::vector<Selector::LabelTerm>> parse() {
    std::vector<Selector::LabelTerm> terms;
    while (at_ < words_.size()) {
      UPSHIFT_ASSIGN(Selector::LabelTerm term, parse_term());
      terms.push_back(std::move(term));
      if (at_ == words_.size()) break;
      if (next() != ",")
        return malformed(fmt::format("unable to parse requirement: found '{}', expected: ','", words_[at_ - 1]));
      if (at_ == words_.size())
        return malformed("unable to parse requirement: found '', expected: identifier after ','");
    }
    return terms;
  }

 private:
  std::string peek() const { return at_ < words_.size() ? words_[at_] : std::string{}; }
  std::string next() { return at_ < words_.size() ? words_[at_++] : std::string{}; }

  Result<Selector::LabelTerm> parse_term() {
    Selector::LabelTerm term;
    const bool absent = peek() == "!";
    if (absent) ++at_;
    term.key = next();
    if (!is_name(term.key))
      return malformed(fmt::format("unable to parse requirement: found '{}', expected: identifier", term.key));
    if (absent) {
      term.operation = Selector::Operator::kAbsent;
      return term;
    }
    const std::string sign = peek();
    if (sign.empty() || sign == ",") return term;
    ++at_;
    if (sign == "=" || sign == "==" || sign == "!=") {
      term.operation = sign == "!=" ? Selector::Operator::kNotIn : Selector::Operator::kIn;
      term.values.push_back(is_name(peek()) ? next() : std::string{});
      return term;
    }
    if (sign != "in" && sign != "notin") {
      return malformed(fmt::format("unable to parse requirement: found '{}', expected: in, notin, =, ==, !=", sign));
    }
    term.operation = sign == "in" ? Selector::Operator::kIn : Selector::Operator::kNotIn;
    UPSHIFT_TRY(parse_values(term));
    return term;
  }

  Status parse_values(Selector::LabelTerm& term) {
    if (const std::string open = next(); open != "(") {
      return malformed(fmt::format("unable to parse requirement: found '{}' expected: '('", open));
    }
    while (true) {
      term.values.push_back(is_name(peek()) ? next() : std::string{});
      const std::string sign = next();
      if (sign == ")") return {};
      if (sign != ",")
        return malformed(fmt::format("unable to parse requirement: found '{}', expected: ',' or ')'", sign));
    }
  }

  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

Result<Selector> Selector::parse(const cluster::ResourceType& type, std::string_view labels, std::string_view fields) {
  Selector selector;
  UPSHIFT_ASSIGN(selector.label_terms_, LabelParser(labels).parse());
  if (fields.empty()) return selector;
  for (const std::string& part : split(fields, ',')) {
    if (part.empty()) continue;
    const auto equals = part.find('=');
    if (equals == std::string::npos || equals == 0) {
      return malformed(fmt::format("invalid selector: '{}'; can't understand '{}'", fields, part));
    }
    const bool negated = part[equals - 1] == '!';
    const std::string field = part.substr(0, negated ? equals - 1 : equals);
    const auto& known = fields_of(type.kind);
    const bool common = field == "metadata.name" || (field == "metadata.namespace" && type.namespaced);
    if (!common && std::find(known.begin(), known.end(), field) == known.end()) {
      return malformed(known.empty() ? fmt::format("\"{}\" is not a known field selector: only \"metadata.name\", "
                                                   "\"metadata.namespace\"",
                                                   field)
                                     : "field label not supported: " + field);
    }
    std::string pointer = "/" + (field == "source" ? "source.component" : field);
    std::replace(pointer.begin(), pointer.end(), '.', '/');
    const std::size_t value = equals + (part.substr(equals, 2) == "==" ? 2 : 1);
    selector.field_terms_.push_back({pointer, part.substr(value), !negated});
  }
  return selector;
}

bool Selector::matches(const Json& object) const {
  const Json& labels = object_at(object, "/metadata/labels");
  const auto label_holds = [&](const LabelTerm& term) {
    const auto found = labels.find(term.key);
    const bool present = found != labels.end();
    if (term.operation == Operator::kExists) return present;
    if (term.operation == Operator::kAbsent) return !present;
    const bool listed =
        present && found->is_string() &&
        std::find(term.values.begin(), term.values.end(), found->get_ref<const std::string&>()) != term.values.end();
    return listed == (term.operation == Operator::kIn);
  };
  return std::all_of(label_terms_.begin(), label_terms_.end(), label_holds) &&
         std::all_of(field_terms_.begin(), field_terms_.end(), [&](const FieldTerm& term) {
           return (text_at(object, term.pointer) == term.value) == term.equal;
         });
}

}  // namespace upshift::emulator

#include "cluster/schema.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cluster/schema_tables.hpp"

namespace upshift::cluster {
namespace {

// The notation is explained in schema_tables.hpp.
FieldType parse_type(std::string_view text) {
  FieldType type;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    type.merge_key = text.substr(at + 1);
    type.merges = true;
    text = text.substr(0, at);
  } else if (text.ends_with('+')) {
    type.merges = true;
    text.remove_suffix(1);
  }
  if (text.ends_with('!') || text.ends_with('?')) {
    type.presence = text.back() == '!' ? Presence::kAlways : Presence::kAsGiven;
    text.remove_suffix(1);
  }
  static const std::map<std::string_view, Shape> plain = {
      {"s", Shape::kString},   {"i", Shape::kInteger},       {"f", Shape::kNumber},    {"b", Shape::kBoolean},
      {"q", Shape::kQuantity}, {"i/s", Shape::kIntOrString}, {"bytes", Shape::kBytes}, {"any", Shape::kAny}};
  if (const auto found = plain.find(text); found != plain.end()) {
    type.shape = found->second;
  } else if (text.front() == '{' || text.front() == '[') {
    type.shape = text.front() == '{' ? Shape::kMap : Shape::kList;
    type.element = std::make_shared<const FieldType>(parse_type(text.substr(1, text.size() - 2)));
  } else {
    type.shape = Shape::kStructure;
    type.structure = text;
  }
  return type;
}

void parse_table(std::string_view table, std::map<std::string, Structure, std::less<>>& out) {
  Structure* current = nullptr;
  for (const std::string& line : split(table, '\n')) {
    for (const std::string& word : split(line, ' ')) {
      if (word.empty()) continue;
      if (word.back() == ':') {
        current = &out[word.substr(0, word.size() - 1)];
      } else if (word.front() == '<') {
        const Structure& base = out.at(word.substr(1));
        current->insert(base.begin(), base.end());
      } else {
        const auto equals = word.find('=');
        current->insert_or_assign(word.substr(0, equals), parse_type(std::string_view(word).substr(equals + 1)));
      }
    }
  }
}

}  // namespace

const Structure* find_structure(std::string_view name) {
  static const auto structures = [] {
    std::map<std::string, Structure, std::less<>> all;
    for (const std::string_view table : schema_tables()) parse_table(table, all);
    return all;
  }();
  const auto found = structures.find(name);
  return found == structures.end() ? nullptr : &found->second;
}

}  // namespace upshift::cluster

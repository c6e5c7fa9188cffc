#include "cli/stock.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/samples.hpp"

namespace upshift::cli {
namespace {

// Text around parameters: {"redis://", "HOST", ":6379"}; every second one is a parameter's name.
std::vector<std::string> pieces_of(const std::string& text) {
  std::vector<std::string> pieces;
  std::size_t at = 0;
  while (true) {
    const auto begin = text.find("${", at);
    const auto end = begin == std::string::npos ? begin : text.find('}', begin);
    if (end == std::string::npos) break;
    const bool is_double = text.compare(begin, 3, "${{") == 0;
    const auto name_at = begin + (is_double ? 3U : 2U);
    pieces.push_back(text.substr(at, begin - at));
    pieces.push_back(text.substr(name_at, end - name_at));
    at = end + (is_double ? 2 : 1);
  }
  pieces.push_back(at <= text.size() ? text.substr(at) : "");
  return pieces;
}

class Votes {
 public:
  // Takes both sides to pieces as far as they are alike.
  void compare(const Json& pattern, const Json& live) {
    if (pattern.is_string()) return match(pattern.get_ref<const std::string&>(), live);
    if (pattern.is_object() && live.is_object()) {
      for (const auto& [key, value] : pattern.items()) {
        if (live.contains(key)) compare(value, live.at(key));
      }
      return;
    }
    if (!pattern.is_array() || !live.is_array()) return;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (const Json* other = counterpart(pattern[i], live, i)) compare(pattern[i], *other);
    }
  }

  std::map<std::string, std::string> winners() const {
    std::map<std::string, std::string> out;
    for (const auto& [name, values] : votes_) {
      out[name] = std::max_element(values.begin(), values.end(), [](const auto& a, const auto& b) {
                    return a.second < b.second;
                  })->first;
    }
    return out;
  }

 private:
  static const Json* counterpart(const Json& item, const Json& live, std::size_t position) {
    const auto name = string_at(item, "/name");
    if (name.empty()) return position < live.size() ? &live[position] : nullptr;
    for (const auto& other : live) {
      if (string_at(other, "/name") == name) return &other;
    }
    return nullptr;
  }

  void match(const std::string& pattern, const Json& live) {
    const auto pieces = pieces_of(pattern);
    if (pieces.size() < 3) return;
    const std::string text = live.is_string() ? live.get<std::string>() : to_text(live);
    if (!text.starts_with(pieces.front())) return;
    std::map<std::string, std::string> seen;
    std::size_t at = pieces.front().size();
    for (std::size_t i = 1; i + 1 < pieces.size(); i += 2) {
      const auto& literal = pieces[i + 1];
      const bool is_last = i + 2 == pieces.size();
      if (literal.empty() && !is_last) return;  // where one ends and the next begins cannot be told
      const auto end = is_last && literal.empty() ? text.size()
                       : is_last                  ? text.rfind(literal)
                                                  : text.find(literal, at);
      if (end == std::string::npos || end < at || (is_last && end + literal.size() != text.size())) return;
      seen[pieces[i]] = text.substr(at, end - at);
      at = end + literal.size();
    }
    for (const auto& [name, value] : seen) ++votes_[name][value];
  }

  std::map<std::string, std::map<std::string, int>> votes_;
};

// A Secret with its data readable, as a template has it.
Json with_string_data(Json object) {
  if (string_at(object, "/kind") != "Secret") return object;
  for (const auto& [key, value] : object_at(object, "/data").items()) {
    if (!value.is_string()) continue;
    if (auto text = decode_base64(value.get_ref<const std::string&>())) object["stringData"][key] = std::move(*text);
  }
  return object;
}

Result<std::string> sample_of(const std::string& version) {
  for (const auto& name : sample_names()) {
    if (name.ends_with("-" + version)) return name;
  }
  return failure(StatusCode::kNotFound,
                 fmt::format("what a stock installation of {} looks like is not built in", version),
                 "Name the template that was installed with --stock FILE.");
}

Result<InputDocument> read_stock(const std::string& file, const std::string& version) {
  std::string text;
  std::string origin;
  if (file.empty()) {
    UPSHIFT_ASSIGN(const std::string sample, sample_of(version));
    UPSHIFT_ASSIGN(text, sample_text(sample));
    origin = "the built-in sample " + sample;
  } else {
    UPSHIFT_ASSIGN(text, read_file(file));
    origin = fmt::format("'{}'", file);
  }
  UPSHIFT_ASSIGN(auto documents, parse_yaml(text, origin));
  if (documents.size() == 1) return InputDocument{std::move(documents.front()), std::move(origin)};
  return InputDocument{{{"apiVersion", "v1"}, {"kind", "List"}, {"items", std::move(documents)}}, std::move(origin)};
}

}  // namespace

std::map<std::string, std::string> parameters_shown_by(const Json& project, const Json& stock_template) {
  std::map<std::string, Json> live;
  for (const auto& item : array_at(project, "/items")) {
    live[string_at(item, "/kind") + "/" + string_at(item, "/metadata/name")] = with_string_data(item);
  }
  std::map<std::string, std::string> defaults;
  for (const auto& parameter : array_at(stock_template, "/parameters")) {
    defaults[string_at(parameter, "/name")] = string_at(parameter, "/value");
  }
  Votes votes;
  for (const auto& object : array_at(stock_template, "/objects")) {
    std::string name;
    const auto pieces = pieces_of(string_at(object, "/metadata/name"));
    for (std::size_t i = 0; i < pieces.size(); ++i) name += i % 2 == 0 ? pieces[i] : defaults[pieces[i]];
    const auto found = live.find(string_at(object, "/kind") + "/" + name);
    if (found != live.end()) votes.compare(object, found->second);
  }
  std::map<std::string, std::string> shown;
  for (auto& [name, value] : votes.winners()) {
    if (defaults.contains(name)) shown[name] = std::move(value);
  }
  return shown;
}

Result<Stock> find_stock(const std::string& file, const std::string& version, const Json& project,
                         const std::map<std::string, std::string>& given) {
  Stock stock;
  UPSHIFT_ASSIGN(stock.document, read_stock(file, version));
  stock.is_approximate = file.empty();
  stock.parameters = parameters_shown_by(project, stock.document.content);
  for (const auto& parameter : array_at(stock.document.content, "/parameters")) {
    const auto name = string_at(parameter, "/name");
    if (const auto found = given.find(name); found != given.end()) stock.parameters[name] = found->second;
  }
  return stock;
}

}  // namespace upshift::cli

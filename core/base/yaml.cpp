// parse_yaml: the only file that knows yaml-cpp.
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>
#include <yaml-cpp/yaml.h>

#include "base/json.hpp"

namespace upshift {
namespace {

constexpr int kMaxDepth = 200;
// Aliases are expanded; a document that grows beyond this is refused ("billion laughs").
constexpr std::size_t kMaxNodes = 2'000'000;

template <typename T>
bool parse_number(const std::string& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

// The core schema of YAML 1.2 plus what the Go YAML library of kubectl takes for plain scalars.
Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  std::int64_t integer = 0;
  if (parse_number(text, integer)) return integer;
  if (text.find_first_not_of("0123456789+-.eE") == std::string::npos) {
    double real = 0;
    if (parse_number(text, real) && std::isfinite(real)) return real;
  }
  return text;
}

class Converter {
 public:
  Json convert(const YAML::Node& node, int depth) {
    if (depth > kMaxDepth) throw YAML::Exception(node.Mark(), fmt::format("nested deeper than {} levels", kMaxDepth));
    if (++nodes_ > kMaxNodes) throw YAML::Exception(node.Mark(), "too many nodes");
    switch (node.Type()) {
      case YAML::NodeType::Sequence: {
        Json out = Json::array();
        for (const auto& item : node) out.push_back(convert(item, depth + 1));
        return out;
      }
      case YAML::NodeType::Map: {
        Json out = Json::object();
        for (const auto& entry : node) {
          if (!entry.first.IsScalar()) throw YAML::Exception(entry.first.Mark(), "a key is not a scalar");
          if (out.contains(entry.first.Scalar())) {
            throw YAML::Exception(entry.first.Mark(), fmt::format("key '{}' stands twice", entry.first.Scalar()));
          }
          out[entry.first.Scalar()] = convert(entry.second, depth + 1);
        }
        return out;
      }
      case YAML::NodeType::Scalar:
        // yaml-cpp marks quoted scalars with the non-specific tag "!".
        return node.Tag() == "!" || node.Tag() == "tag:yaml.org,2002:str" ? Json(node.Scalar())
                                                                          : plain_scalar(node.Scalar());
      default:
        return nullptr;
    }
  }

 private:
  std::size_t nodes_ = 0;
};

}  // namespace

Result<std::vector<Json>> parse_yaml(std::string_view text, std::string_view what) {
  // A JSON document is parsed as JSON: faster, and its errors are JSON's own.
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
    auto json = parse_json(text, what);
    if (json) return std::vector<Json>{std::move(*json)};
    return failure(std::move(json.error()));
  }
  try {
    std::vector<Json> out;
    for (const auto& document : YAML::LoadAll(std::string(text))) {
      if (!document.IsNull()) out.push_back(Converter().convert(document, 0));
    }
    return out;
  } catch (const YAML::Exception& error) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} is not valid YAML", what),
                   fmt::format("line {}, column {}: {}", error.mark.line + 1, error.mark.column + 1, error.msg));
  }
}

}  // namespace upshift

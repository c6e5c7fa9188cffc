#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <simdjson.h>

#include "base/json.hpp"
#include "upshift/sdk/json_tree.hpp"

namespace upshift {
namespace {

constexpr int kMaxDepth = 200;
// The quick parser keeps a buffer of a few times the longest text; what is longer is rare, and parsed without it.
constexpr std::size_t kQuickUpTo = std::size_t{512} * 1024;
constexpr std::size_t kFirstCapacity = std::size_t{64} * 1024;

// Where the string that begins at `begin` ends; the text's size where it does not.
std::size_t end_of_string(std::string_view text, std::size_t begin) {
  std::size_t at = text.find_first_of("\"\\", begin + 1);
  while (at < text.size() && text[at] == '\\') at = text.find_first_of("\"\\", at + 2);
  return std::min(at, text.size());
}

// Of text that need not be JSON: how deep brackets outside of strings are nested.
bool is_too_deep(std::string_view text) {
  constexpr std::string_view kTelling = "[]{}\"";
  int depth = 0;
  for (std::size_t at = text.find_first_of(kTelling); at < text.size(); at = text.find_first_of(kTelling, at + 1)) {
    if (text[at] == '"') {
      at = end_of_string(text, at);
    } else if (text[at] == ']' || text[at] == '}') {
      --depth;
    } else if (++depth > kMaxDepth) {
      return true;
    }
  }
  return false;
}

// Nothing where the text is none, is nested too deep, or has numbers that are beyond 64 bits. Good until the next call.
std::optional<simdjson::dom::element> quickly_parsed(std::string_view text) {
  if (text.size() > kQuickUpTo) return {};
  thread_local simdjson::dom::parser parser;
  if (parser.max_depth() != kMaxDepth && parser.allocate(kFirstCapacity, kMaxDepth) != simdjson::SUCCESS) return {};
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size(), true).get(root) != simdjson::SUCCESS) return {};
  return root;
}

}  // namespace

std::optional<std::vector<std::string>> strings_in(std::string_view text, std::span<const std::string_view> pointers) {
  const auto root = quickly_parsed(text);
  if (!root) return {};
  std::vector<std::string> found;
  for (const auto pointer : pointers) {
    std::string_view string;
    if (root->at_pointer(pointer).get(string) != simdjson::SUCCESS) string = "";
    found.emplace_back(string);
  }
  return found;
}

std::optional<Json> object_without(std::string_view text, std::string_view pointer, std::string_view left_out) {
  const auto root = quickly_parsed(text);
  simdjson::dom::object members;
  if (!root || root->at_pointer(pointer).get(members) != simdjson::SUCCESS) return {};
  Json out = Json::object();
  for (const auto [key, value] : members) {
    if (key != left_out) out[std::string(key)] = sdk::tree_of(value);
  }
  return out;
}

Result<Json> parse_json(std::string_view text, std::string_view what) {
  if (const auto root = quickly_parsed(text)) return sdk::tree_of(*root);
  if (is_too_deep(text)) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} is nested deeper than {} levels", what, kMaxDepth));
  }
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} is not valid JSON", what), error.what());
  }
}

}  // namespace upshift

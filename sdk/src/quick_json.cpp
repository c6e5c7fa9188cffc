// Where simdjson is at hand, the C++ layer reads the host's replies with it: most of what a plugin does is to read.
#include "upshift/sdk/json_tree.hpp"
#include "upshift/sdk/reply_json.hpp"

namespace upshift::sdk::detail {
namespace {

// The parser's buffers are several times the text; what is longer is rare.
constexpr std::size_t kQuickUpTo = std::size_t{512} * 1024;

}  // namespace

// A parser for each reply: one that is kept would keep the plugin loaded (thread_local) or need a lock.
std::optional<nlohmann::json> quickly_parsed(const std::string& text) {
  if (text.size() > kQuickUpTo) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(text.data(), text.size(), true).get(root) != simdjson::SUCCESS) return std::nullopt;
  return tree_of(root);
}

}  // namespace upshift::sdk::detail

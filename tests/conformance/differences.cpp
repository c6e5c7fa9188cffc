#include "conformance/differences.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace upshift::conformance {
namespace {

constexpr std::string_view kAny = "<any>";

bool is_ignored(const std::string& key) {
  return key == "managedFields" || key == "selfLink" || key == "ingress";
}

bool is_empty(const Json& value) {
  return value.is_null() || ((value.is_object() || value.is_array()) && value.empty());
}

std::string shown(const Json& value) {
  return to_text(value).substr(0, 80);
}

// Whether `text` has the pieces of `pattern` around each "<any>", in order.
bool matches(std::string_view pattern, std::string_view text) {
  auto gap = pattern.find(kAny);
  if (gap == std::string_view::npos) return pattern == text;
  if (text.substr(0, gap) != pattern.substr(0, gap)) return false;
  text.remove_prefix(gap);
  while (true) {
    pattern.remove_prefix(gap + kAny.size());
    gap = pattern.find(kAny);
    const std::string_view piece = pattern.substr(0, gap);
    if (gap == std::string_view::npos) return text.size() >= piece.size() && text.ends_with(piece);
    const auto at = text.find(piece);
    if (at == std::string_view::npos) return false;
    text.remove_prefix(at + piece.size());
  }
}

void compare(const Json& want, const Json& got, const std::string& at, std::vector<std::string>& out);

void compare_objects(const Json& want, const Json& got, const std::string& at, std::vector<std::string>& out) {
  if (!got.is_object()) {
    out.push_back(fmt::format("{}: expected an object, got {}", at, shown(got)));
    return;
  }
  for (const auto& [key, value] : want.items()) {
    if (is_ignored(key)) continue;
    if (got.contains(key)) {
      compare(value, got[key], at + "/" + key, out);
    } else if (!is_empty(value)) {
      out.push_back(fmt::format("{}/{}: missing, expected {}", at, key, shown(value)));
    }
  }
  for (const auto& [key, value] : got.items()) {
    if (!want.contains(key) && !is_ignored(key) && !is_empty(value)) {
      out.push_back(fmt::format("{}/{}: unexpected {}", at, key, shown(value)));
    }
  }
}

void compare(const Json& want, const Json& got, const std::string& at, std::vector<std::string>& out) {
  if (want == kAny) {
    if (got.is_null() || got == "") out.push_back(at + ": missing");
  } else if (want.is_object()) {
    compare_objects(want, got, at, out);
  } else if (want.is_array()) {
    if (!got.is_array()) {
      out.push_back(fmt::format("{}: expected a list, got {}", at, shown(got)));
      return;
    }
    if (want.size() != got.size()) out.push_back(fmt::format("{}: {} items, expected {}", at, got.size(), want.size()));
    for (std::size_t i = 0; i < std::min(want.size(), got.size()); ++i) {
      compare(want[i], got[i], fmt::format("{}/{}", at, i), out);
    }
  } else if (want.is_string() && got.is_string()) {
    if (!matches(want.get_ref<const std::string&>(), got.get_ref<const std::string&>())) {
      out.push_back(fmt::format("{}: {}, expected {}", at, shown(got), shown(want)));
    }
  } else if (want != got) {
    out.push_back(fmt::format("{}: {}, expected {}", at, shown(got), shown(want)));
  }
}

}  // namespace

std::vector<std::string> differences(const Json& want, const Json& got) {
  std::vector<std::string> out;
  compare(want, got, "", out);
  return out;
}

Json refusal(const Json& status) {
  std::vector<std::string> fields;
  for (const Json& cause : array_at(status, "/details/causes")) fields.push_back(string_at(cause, "/field"));
  std::sort(fields.begin(), fields.end());
  return {{"code", int_at(status, "/code")},
          {"reason", string_at(status, "/reason")},
          {"name", string_at(status, "/details/name")},
          {"group", string_at(status, "/details/group")},
          {"kind", string_at(status, "/details/kind")},
          {"fields", fields}};
}

}  // namespace upshift::conformance

#include "threescale/system_files.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "threescale/installation.hpp"
#include "threescale/objects.hpp"

namespace upshift::threescale {
namespace {

constexpr std::string_view kFile = "rolling_updates.yml";
constexpr std::string_view kRoot = "production:";
// What the ConfigMap says its readers are to be restarted for, and what a reader was restarted for.
constexpr const char* kWanted = "upshift/restart-for";
constexpr const char* kRestarted = "upshift/restarted-for";
constexpr std::array<std::string_view, 2> kReaders = {"system-app", "system-sidekiq"};

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string text_of(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::size_t indent_of(const std::string& line) {
  return std::min(line.find_first_not_of(' '), line.size());
}

bool is_content(const std::string& line) {
  const std::size_t indent = indent_of(line);
  return indent < line.size() && line[indent] != '#' && line[indent] != '\r';
}

std::string trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \r");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \r") - first + 1));
}

// Where the mapping below `production:` stands in the text.
struct Block {
  std::size_t root = 0;  // the line of `production:`
  std::size_t last = 0;  // the mapping's last line with content
  std::size_t indent = 2;
  std::string inline_text;  // what stands behind `production:` in its line, without a comment
};

// Behind `production:`: nothing, or a flow mapping that ends in the same line.
bool is_understood(const std::string& behind) {
  return behind.empty() || (behind.front() == '{' && behind.back() == '}');
}

std::optional<Block> block_of(const Lines& lines) {
  const auto root = std::find_if(lines.begin(), lines.end(),
                                 [](const std::string& line) { return line.compare(0, kRoot.size(), kRoot) == 0; });
  if (root == lines.end()) return std::nullopt;
  Block block;
  block.root = block.last = static_cast<std::size_t>(root - lines.begin());
  std::string behind = root->substr(kRoot.size());
  if (const std::size_t comment = behind.find(" #"); comment != std::string::npos) behind.resize(comment);
  block.inline_text = trimmed(behind);
  bool first = true;
  for (std::size_t i = block.root + 1; i < lines.size(); ++i) {
    if (!is_content(lines[i])) continue;
    const std::size_t indent = indent_of(lines[i]);
    if (indent == 0) break;
    if (first) block.indent = indent;
    first = false;
    block.last = i;
  }
  return block;
}

bool has_key(const Lines& lines, const Block& block, std::string_view key) {
  if (!block.inline_text.empty()) {
    for (std::size_t at = block.inline_text.find(key); at != std::string::npos;
         at = block.inline_text.find(key, at + 1)) {
      const char before = at == 0 ? ' ' : block.inline_text[at - 1], behind = block.inline_text[at + key.size()];
      if ((before == ' ' || before == '{' || before == ',') && behind == ':') return true;
    }
    return false;
  }
  for (std::size_t i = block.root + 1; i <= block.last; ++i) {
    if (indent_of(lines[i]) == block.indent && lines[i].compare(block.indent, key.size(), key) == 0 &&
        lines[i].compare(block.indent + key.size(), 1, ":") == 0) {
      return true;
    }
  }
  return false;
}

void add_inline(std::string& line, const std::vector<std::string>& keys) {
  const std::size_t close = line.rfind('}', std::min(line.find(" #"), line.size()));
  std::string added;
  const bool is_empty = trimmed(std::string_view(line).substr(line.find('{') + 1, close - line.find('{') - 1)).empty();
  for (const std::string& key : keys) added += (added.empty() && is_empty ? "" : ", ") + key + ": true";
  line.insert(close, added);
}

// The same text in every process, for an annotation.
std::string mark_of(const std::string& text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char each : text) hash = (hash ^ static_cast<unsigned char>(each)) * 1099511628211ULL;
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[hash >> static_cast<unsigned>(shift) & 15U];
  return out;
}

std::string annotation(const Json& object, std::string_view where, const char* name) {
  const Json& annotations = sdk::object_at(object, where);
  const auto found = annotations.find(name);
  return found != annotations.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// The images have moved already, so that nothing else will start the readers again.
bool is_late(sdk::Context& c, const std::string& version) {
  const auto system = c.get("ImageStream", "amp-system");
  const Json* latest = system ? tag(*system, "latest") : nullptr;
  const std::string followed = short_version(latest != nullptr ? sdk::string_at(*latest, "/from/name") : "");
  return followed == version || is_newer(followed, version);
}

std::string waiting_reader(sdk::Context& c, const std::string& mark) {
  for (const std::string_view name : kReaders) {
    const auto dc = c.get("DeploymentConfig", name);
    if (!dc) continue;
    if (annotation(*dc, "/spec/template/metadata/annotations", kRestarted) != mark || !is_settled(*dc)) {
      return std::string(name);
    }
  }
  return {};
}

}  // namespace

std::vector<std::string> missing_switches(const std::string& text, std::span<const std::string_view> keys) {
  const Lines lines = lines_of(text);
  const auto block = block_of(lines);
  std::vector<std::string> missing;
  for (const std::string_view key : keys) {
    if (!block || !has_key(lines, *block, key)) missing.emplace_back(key);
  }
  return missing;
}

std::optional<std::string> with_switches(const std::string& text, std::span<const std::string_view> keys) {
  const auto missing = missing_switches(text, keys);
  if (missing.empty()) return text;
  if (text.find('\t') != std::string::npos) return std::nullopt;
  Lines lines = lines_of(text);
  const auto block = block_of(lines);
  if (!block) {
    lines.emplace_back(kRoot);
    for (const std::string& key : missing) lines.push_back("  " + key + ": true");
    return text_of(lines);
  }
  if (!is_understood(block->inline_text)) return std::nullopt;
  if (!block->inline_text.empty()) {
    add_inline(lines[block->root], missing);
    return text_of(lines);
  }
  Lines added;
  for (const std::string& key : missing) added.push_back(std::string(block->indent, ' ') + key + ": true");
  lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(block->last) + 1, added.begin(), added.end());
  return text_of(lines);
}

sdk::CheckResult SwitchOn::check(sdk::Context& c) {
  const auto system = c.get("ConfigMap", "system");
  const auto& data = system ? sdk::object_at(*system, "/data") : Json::object();
  if (!data.contains(std::string(kFile))) {
    return sdk::not_applicable("ConfigMap/system has no rolling_updates.yml: the image's own switches count");
  }
  const auto text = data.at(std::string(kFile)).get<std::string>();
  const auto missing = missing_switches(text, keys_);
  std::string names;
  for (const std::string& key : missing) names += (names.empty() ? "" : ", ") + key;
  if (!missing.empty() && !with_switches(text, keys_)) {
    return sdk::blocked(
        "rolling_updates.yml of ConfigMap/system is written in a way that cannot be extended safely; "
        "add below production, with the value true: " +
        names);
  }
  if (!missing.empty()) return sdk::pending("rolling_updates.yml of ConfigMap/system lacks " + names);
  if (const std::string mark = annotation(*system, "/metadata/annotations", kWanted); !mark.empty()) {
    const std::string waiting = waiting_reader(c, mark);
    if (!waiting.empty()) return sdk::pending("DeploymentConfig/" + waiting + " has not read the new switches yet");
  }
  return sdk::done("rolling_updates.yml has the switches of " + version_);
}

sdk::ApplyResult SwitchOn::apply(sdk::Context& c) {
  const Json system = c.require("ConfigMap", "system");
  const std::string text = sdk::string_at(system, "/data/" + std::string(kFile));
  std::string mark = annotation(system, "/metadata/annotations", kWanted);
  if (!missing_switches(text, keys_).empty()) {
    const auto wanted = with_switches(text, keys_);
    if (!wanted) throw sdk::Failure(sdk::Status::kFailedPrecondition, "rolling_updates.yml has changed meanwhile");
    Json patch = {{"data", {{kFile, *wanted}}}};
    if (is_late(c, version_)) {
      mark = mark_of(*wanted);
      patch["metadata"]["annotations"][kWanted] = mark;
    }
    c.patch_merge("ConfigMap", "system", patch);
  }
  sdk::ApplyResult result = sdk::applied("rolling_updates.yml has the switches of " + version_);
  if (mark.empty()) return result;
  result.summary += "; its readers are restarted";
  for (const std::string_view name : kReaders) {
    if (!c.get("DeploymentConfig", name)) continue;
    c.patch_merge("DeploymentConfig", name,
                  {{"spec", {{"template", {{"metadata", {{"annotations", {{kRestarted, mark}}}}}}}}}});
    result.await(sdk::rollout(std::string(name)));
  }
  return result;
}

}  // namespace upshift::threescale

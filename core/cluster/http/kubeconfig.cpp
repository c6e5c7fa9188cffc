#include "cluster/http/kubeconfig.hpp"

#include <fmt/format.h>

#include "base/file.hpp"

namespace upshift::cluster::http {
namespace {

using Entries = std::map<std::string, KubeconfigEntry>;

// One of the three lists of a file: [{name: …, cluster|user|context: {…}}].
Status add_entries(const Json& document, const std::filesystem::path& file, const std::string& list,
                   const std::string& member, Entries& into) {
  const Json* entries = find(document, "/" + list);
  if (entries == nullptr) return {};
  if (!entries->is_array()) {
    return failure(StatusCode::kInvalidArgument, fmt::format("{}: {} is not a list", file.string(), list), {},
                   file.string());
  }
  Entries own;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const auto name = string_at((*entries)[i], "/name");
    const auto where = fmt::format("{}: {}[{}]", file.string(), list, i);
    if (name.empty()) return failure(StatusCode::kInvalidArgument, where + " has no name", {}, file.string());
    const Json* value = find((*entries)[i], "/" + member);
    if (value != nullptr && !value->is_object()) {
      return failure(StatusCode::kInvalidArgument, fmt::format("{}.{} is not an object", where, member), {},
                     file.string());
    }
    KubeconfigEntry entry{name, value == nullptr ? Json::object() : *value, file};
    if (!own.emplace(name, std::move(entry)).second) {
      return failure(StatusCode::kInvalidArgument, fmt::format("{}: {} has '{}' twice", file.string(), list, name),
                     "Remove one of them.", file.string());
    }
  }
  into.merge(own);
  return {};
}

Status add_file(const std::filesystem::path& file, std::string_view text, Kubeconfig& config) {
  UPSHIFT_ASSIGN(const std::vector<Json> documents,
                 parse_yaml(text, fmt::format("the kubeconfig '{}'", file.string())));
  if (documents.empty() || documents.front().is_null()) return {};
  const Json& document = documents.front();
  if (!document.is_object()) {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("'{}' is not a kubeconfig: it is not an object", file.string()),
                   "Look whether the path is right.", file.string());
  }
  const auto kind = string_at(document, "/kind", "Config");
  if (kind != "Config") {
    return failure(StatusCode::kInvalidArgument,
                   fmt::format("'{}' is not a kubeconfig: its kind is {}", file.string(), kind),
                   "Look whether the path is right.", file.string());
  }
  if (config.current_context.empty()) config.current_context = string_at(document, "/current-context");
  UPSHIFT_TRY(add_entries(document, file, "clusters", "cluster", config.clusters));
  UPSHIFT_TRY(add_entries(document, file, "users", "user", config.users));
  return add_entries(document, file, "contexts", "context", config.contexts);
}

}  // namespace

Result<Kubeconfig> load_kubeconfig(const std::vector<std::filesystem::path>& files, MissingFiles missing) {
  Kubeconfig config;
  for (const auto& file : files) {
    if (file.empty()) continue;
    const auto text = read_file(file);
    if (!text && text.error().code == StatusCode::kNotFound && missing == MissingFiles::kSkip) continue;
    if (!text) return failure(Error(text.error()).with_context("the kubeconfig"));
    UPSHIFT_TRY(add_file(std::filesystem::absolute(file), *text, config));
    config.files.push_back(file);
  }
  return config;
}

}  // namespace upshift::cluster::http

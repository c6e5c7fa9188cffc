// The access that one context of a kubeconfig describes.
#include <fmt/format.h>

#include "base/file.hpp"
#include "base/text.hpp"
#include "cluster/http/credential.hpp"
#include "cluster/http/endpoint.hpp"
#include "cluster/http/exec_credential.hpp"
#include "cluster/http/kubeconfig.hpp"
#include "cluster/http/proxy.hpp"

namespace upshift::cluster::http {
namespace {

// Reads the fields of one entry with errors that name file and field, never a value.
class Fields {
 public:
  Fields(const KubeconfigEntry& entry, std::string_view list, std::string_view member)
      : value_(entry.value),
        file_(entry.file),
        where_(fmt::format("{}: {}[{}].{}", entry.file.string(), list, entry.name, member)) {}

  const Json& value() const { return value_; }
  const std::filesystem::path& file() const { return file_; }
  std::string where(std::string_view field) const { return fmt::format("{}.{}", where_, field); }
  bool has(std::string_view field) const { return find(value_, "/" + escape_pointer(field)) != nullptr; }

  tl::unexpected<Error> wrong(std::string_view field, std::string_view what, std::string_view detail = {}) const {
    return failure(StatusCode::kInvalidArgument, fmt::format("{} {}", where(field), what), std::string(detail),
                   file_.string());
  }

  Result<std::string> text(std::string_view field) const {
    const Json* found = find(value_, "/" + escape_pointer(field));
    if (found == nullptr) return std::string();
    if (!found->is_string()) return wrong(field, "is not text", "Put it in quotes.");
    return found->get<std::string>();
  }

  Result<std::filesystem::path> path(std::string_view field) const {
    UPSHIFT_ASSIGN(const std::string name, text(field));
    if (name.empty()) return std::filesystem::path();
    return (file_.parent_path() / name).lexically_normal();
  }

  // PEM from NAME-data or, where that is absent, from the file in NAME.
  Result<std::string> pem(const std::string& field) const {
    UPSHIFT_ASSIGN(const std::string data, text(field + "-data"));
    if (!data.empty()) {
      auto decoded = decode_base64(data);
      if (!decoded) return wrong(field + "-data", "is not base64");
      return check_pem(field + "-data", std::move(*decoded));
    }
    UPSHIFT_ASSIGN(const std::filesystem::path name, path(field));
    if (name.empty()) return std::string();
    auto content = read_file(name);
    if (!content) return failure(std::move(content.error()).with_context(where(field)));
    return check_pem(field, std::move(*content));
  }

 private:
  Result<std::string> check_pem(const std::string& field, std::string content) const {
    if (content.find("-----BEGIN ") == std::string::npos) return wrong(field, "does not hold PEM");
    return content;
  }

  const Json& value_;
  std::filesystem::path file_;
  std::string where_;
};

Result<const KubeconfigEntry*> entry_named(const std::map<std::string, KubeconfigEntry>& entries,
                                           const std::string& name, std::string_view kind, const Kubeconfig& config) {
  if (const auto found = entries.find(name); found != entries.end()) return &found->second;
  std::vector<std::string> names;
  for (const auto& [known, entry] : entries) names.push_back(known);
  std::vector<std::string> files;
  for (const auto& file : config.files) files.push_back(file.string());
  const auto near = nearest(name, names);
  return failure(StatusCode::kNotFound,
                 fmt::format("there is no {} '{}' in the kubeconfig ({})", kind, name, join(files, ", ")),
                 near.empty() ? fmt::format("It has: {}.", names.empty() ? "none" : join(names, ", "))
                              : fmt::format("Did you mean '{}'?", near),
                 files.empty() ? "" : files.front());
}

Status read_cluster(const KubeconfigEntry& entry, const Surroundings& surroundings, Access& access) {
  const Fields fields(entry, "clusters", "cluster");
  UPSHIFT_ASSIGN(access.server, fields.text("server"));
  if (access.server.empty()) return fields.wrong("server", "is missing");
  UPSHIFT_ASSIGN(const Endpoint endpoint, parse_endpoint(access.server, fields.where("server")));
  access.skip_tls_verify = bool_at(entry.value, "/insecure-skip-tls-verify");
  UPSHIFT_ASSIGN(access.certificate_authority, fields.pem("certificate-authority"));
  if (access.skip_tls_verify && !access.certificate_authority.empty()) {
    return fields.wrong("insecure-skip-tls-verify", "is set together with a certificate-authority",
                        "Remove one of them.");
  }
  UPSHIFT_ASSIGN(access.tls_server_name, fields.text("tls-server-name"));
  UPSHIFT_ASSIGN(access.proxy_url, fields.text("proxy-url"));
  if (access.proxy_url.empty()) {
    access.proxy_url = proxy_from_environment(endpoint, surroundings);
    return {};
  }
  UPSHIFT_TRY(parse_endpoint(access.proxy_url, fields.where("proxy-url")));
  return {};
}

Status read_impersonation(const Fields& fields, Access& access) {
  UPSHIFT_ASSIGN(const std::string user, fields.text("as"));
  if (fields.has("as-user-extra")) return fields.wrong("as-user-extra", "is not supported", "Use another user.");
  if (user.empty()) {
    return fields.has("as-groups") || fields.has("as-uid") ? fields.wrong("as", "is missing beside as-groups or as-uid")
                                                           : Status();
  }
  access.headers.emplace_back("Impersonate-User", user);
  UPSHIFT_ASSIGN(const std::string uid, fields.text("as-uid"));
  if (!uid.empty()) access.headers.emplace_back("Impersonate-Uid", uid);
  for (const auto& group : array_at(fields.value(), "/as-groups")) {
    if (!group.is_string()) return fields.wrong("as-groups", "holds something that is not text");
    access.headers.emplace_back("Impersonate-Group", group.get<std::string>());
  }
  for (const auto& [name, value] : access.headers) {
    if (value.find_first_of("\r\n") != std::string::npos) return fields.wrong("as", "spans several lines");
  }
  return {};
}

// What the plugin is told with provideClusterInfo.
Json cluster_information(const Access& access) {
  Json cluster = {{"server", access.server}};
  if (!access.tls_server_name.empty()) cluster["tls-server-name"] = access.tls_server_name;
  if (access.skip_tls_verify) cluster["insecure-skip-tls-verify"] = true;
  if (!access.certificate_authority.empty()) {
    cluster["certificate-authority-data"] = encode_base64(access.certificate_authority);
  }
  if (!access.proxy_url.empty()) cluster["proxy-url"] = access.proxy_url;
  return cluster;
}

Result<Credential> read_certificate(const Fields& fields) {
  Credential credential;
  UPSHIFT_ASSIGN(credential.certificate, fields.pem("client-certificate"));
  UPSHIFT_ASSIGN(credential.key, fields.pem("client-key"));
  if (credential.certificate.empty() != credential.key.empty()) {
    return fields.wrong(credential.key.empty() ? "client-key" : "client-certificate", "is missing",
                        "A client certificate needs its key.");
  }
  return credential;
}

bool one_line(std::string_view text) {
  return text.find_first_of("\r\n") == std::string_view::npos;
}

Status read_user(const KubeconfigEntry& entry, const Surroundings& surroundings, Access& access) {
  const Fields fields(entry, "users", "user");
  if (fields.has("auth-provider")) {
    return fields.wrong("auth-provider", "is not supported",
                        "kubectl has dropped it too: use an exec plugin or a token.");
  }
  UPSHIFT_TRY(read_impersonation(fields, access));
  UPSHIFT_ASSIGN(Credential credential, read_certificate(fields));
  UPSHIFT_ASSIGN(const std::string token, fields.text("token"));
  if (!one_line(token)) return fields.wrong("token", "spans several lines");
  UPSHIFT_ASSIGN(const std::filesystem::path token_file, fields.path("tokenFile"));
  UPSHIFT_ASSIGN(const std::string user, fields.text("username"));
  UPSHIFT_ASSIGN(const std::string password, fields.text("password"));
  const bool has_token = !token.empty() || !token_file.empty();
  if (!user.empty() && has_token)
    return fields.wrong("username", "is set together with a token", "Remove one of them.");
  if (!token.empty()) credential.authorization = bearer(token);
  if (!user.empty()) credential.authorization = basic(user, password);
  if (!token_file.empty()) {
    access.credentials = token_file_credential(token_file, std::move(credential));
  } else if (credential.authorization.empty() && fields.has("exec")) {
    const Json& exec = object_at(entry.value, "/exec");
    UPSHIFT_ASSIGN(ExecPlugin plugin,
                   read_exec_plugin(exec, entry.file.parent_path(), fields.where("exec"), entry.file.string()));
    if (bool_at(exec, "/provideClusterInfo")) plugin.cluster = cluster_information(access);
    access.credentials = exec_credential(std::move(plugin), std::move(credential), surroundings.clock);
  } else {
    access.credentials = fixed_credential(std::move(credential));
  }
  return {};
}

}  // namespace

Result<Access> access_of(const Kubeconfig& config, const std::string& context, const Surroundings& surroundings) {
  Access access;
  access.context = context.empty() ? config.current_context : context;
  if (access.context.empty()) {
    return failure(StatusCode::kFailedPrecondition, "the kubeconfig names no current context",
                   "Choose one with --context, or `kubectl config use-context NAME`.",
                   config.files.empty() ? "" : config.files.front().string());
  }
  UPSHIFT_ASSIGN(const KubeconfigEntry* chosen, entry_named(config.contexts, access.context, "context", config));
  const Fields fields(*chosen, "contexts", "context");
  UPSHIFT_ASSIGN(access.name_space, fields.text("namespace"));
  if (access.name_space.empty()) access.name_space = "default";
  UPSHIFT_ASSIGN(const std::string cluster, fields.text("cluster"));
  if (cluster.empty()) return fields.wrong("cluster", "is missing");
  UPSHIFT_ASSIGN(const KubeconfigEntry* server, entry_named(config.clusters, cluster, "cluster", config));
  UPSHIFT_TRY(read_cluster(*server, surroundings, access));
  UPSHIFT_ASSIGN(const std::string user, fields.text("user"));
  if (user.empty()) return access;
  UPSHIFT_ASSIGN(const KubeconfigEntry* person, entry_named(config.users, user, "user", config));
  UPSHIFT_TRY(read_user(*person, surroundings, access));
  return access;
}

}  // namespace upshift::cluster::http

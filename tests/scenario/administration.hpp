// What `emulator serve` offers beside the API at /upshift: faults, the requests that it was asked, the whole project.
#pragma once

#include <gtest/gtest.h>

#include "cluster/http/credential.hpp"
#include "cluster/http/http_transport.hpp"
#include "scenario/served_project.hpp"

namespace upshift::testing {

class Administration {
 public:
  explicit Administration(const ServedProject& served) {
    const auto token = read_file(served.file("token")).value_or("");
    cluster::http::Access access;
    access.server = served.url();
    access.certificate_authority = read_file(served.file("ca.pem")).value_or("");
    cluster::http::Credential credential;
    credential.authorization = "Bearer " + token;
    access.credentials = cluster::http::fixed_credential(std::move(credential));
    auto made = cluster::http::HttpTransport::create(std::move(access));
    if (made) transport_ = std::move(*made);
  }
  Json ask(const std::string& method, const std::string& path, const Json& body = nullptr) {
    const auto answer = transport_->send({method, path, {}, "", body});
    if (!answer || !answer->ok()) {
      ADD_FAILURE() << method << " " << path << ": "
                    << (answer ? std::to_string(answer->status) : answer.error().summary);
      return nullptr;
    }
    return answer->body;
  }
  // Once controllers have come to rest, without what is the server's own (its authority) or upshift's (its lock).
  Json project() {
    ask("POST", "/upshift/settle", Json::object());
    Json project = ask("GET", "/upshift/project");
    auto& objects = project["items"];
    std::erase_if(objects.get_ref<Json::array_t&>(), [](const Json& object) {
      return string_at(object, "/metadata/labels/app.kubernetes.io~1managed-by") == "upshift";
    });
    if (Json* authority = object_in(project, "kube-root-ca.crt")) authority->erase("data");
    return project;
  }
  Json requests() { return ask("GET", "/upshift/requests"); }

 private:
  static Json* object_in(Json& project, std::string_view name) {
    for (auto& object : project["items"]) {
      if (string_at(object, "/metadata/name") == name) return &object;
    }
    return nullptr;
  }
  std::unique_ptr<cluster::http::HttpTransport> transport_;
};

}  // namespace upshift::testing

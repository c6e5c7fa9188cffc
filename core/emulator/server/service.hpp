// Decides what a request is answered with: who asks, what they may, which part of the emulated project it is about.
// Knows nothing of connections.
#pragma once

#include <variant>

#include "emulator/emulator.hpp"
#include "emulator/server/exec_plan.hpp"
#include "emulator/server/fault_control.hpp"
#include "emulator/server/http_message.hpp"
#include "emulator/server/negotiation.hpp"
#include "emulator/server/other_paths.hpp"
#include "emulator/server/project_clock.hpp"
#include "emulator/server/request_attributes.hpp"
#include "emulator/server/request_log.hpp"
#include "emulator/server/users.hpp"

namespace upshift::emulator::server {

// A stream of events is to be started.
struct WatchPlan {
  cluster::Request request;
  Duration timeout{};  // of real time; zero: as long as the client stays
  bool bookmarks = false;
  Form form = Form::kWhole;
  OtherVersion other_version = {};
  std::string include_object;
};

// A pod's log is to be sent, and what is added to it for as long as its container runs.
struct LogPlan {
  cluster::Request request;
  cluster::ObjectRef pod;
};

using Answer = std::variant<HttpResponse, WatchPlan, ExecPlan, LogPlan>;

// What is administered below /upshift/.
struct Administration {
  FaultControl& faults;
  RequestLog& requests;
  ProjectClock& clock;
};

class Service {
 public:
  // All of them must outlive the service. `address` is HOST:PORT as clients reach it.
  Service(Emulator& emulator, const Users& users, Administration administration, std::string address);

  Answer answer(const HttpRequest& request);

 private:
  Answer answer_as(const User& user, const HttpRequest& request);
  // The user that an administrator wants to be taken for.
  static std::optional<User> impersonated(const HttpRequest& request);
  Answer project_answer(const HttpRequest& request, const RequestAttributes& attributes, const std::string& user);
  std::optional<HttpResponse> own_document(const User& user, const HttpRequest& request);
  HttpResponse administer(const HttpRequest& request);
  HttpResponse administer_faults(const HttpRequest& request, std::string_view id);
  HttpResponse administer_requests(const HttpRequest& request);
  HttpResponse ask_api(const HttpRequest& request);
  static std::optional<HttpResponse> refused_watch(const cluster::Request& request);
  Answer plan_watch(const HttpRequest& request, const RequestAttributes& attributes) const;
  Answer plan_exec(const HttpRequest& request, const RequestAttributes& attributes);
  const Json* find_pod(const RequestAttributes& attributes) const;

  Emulator& emulator_;
  const Users& users_;
  Administration administration_;
  std::string address_;
};

// What the emulated API said, as it goes over the wire.
HttpResponse to_http(const cluster::Response& response);

}  // namespace upshift::emulator::server

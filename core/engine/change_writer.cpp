#include "engine/change_writer.hpp"

#include <fmt/format.h>

#include "cluster/patch.hpp"
#include "engine/exec_log.hpp"
#include "engine/recorded_change.hpp"
#include "engine/same_object.hpp"

namespace upshift::engine {
namespace {

using cluster::ObjectRef;
using journal::ChangeState;
using journal::Verb;

constexpr int kAttempts = 5;

std::string version_of(const Json& object) {
  return string_at(object, "/metadata/resourceVersion");
}

Json record_of(const cluster::Request& request) {
  return {{"method", request.method},
          {"path", request.path},
          {"content_type", request.content_type.empty() ? "application/json" : request.content_type},
          {"body", request.body}};
}

// The patch with a condition on the version that was read: a later one is a conflict, not overwritten.
Json with_precondition(std::string_view content_type, const Json& patch, const Json& old_value) {
  const auto version = version_of(old_value);
  if (version.empty()) return patch;
  if (content_type == cluster::kJsonPatch) {
    Json guarded = Json::array({{{"op", "test"}, {"path", "/metadata/resourceVersion"}, {"value", version}}});
    for (const auto& operation : patch) guarded.push_back(operation);
    return guarded;
  }
  Json guarded = patch;
  guarded["metadata"]["resourceVersion"] = version;
  return guarded;
}

// A JSON patch whose `test` found something else, so that nothing was done: 422, and 500 before Kubernetes 1.12.
bool is_failed_test(const cluster::Request& request, const cluster::Response& response) {
  if (request.content_type != cluster::kJsonPatch) return false;
  return response.status == 422 ||
         (response.status == 500 && string_at(response.body, "/message").starts_with("Testing value "));
}

// `last` is what the last attempt came to: a conflict, or an answer that did not come.
Error gave_up(std::string_view doing, const ObjectRef& ref, const Error& last) {
  if (last.code == StatusCode::kUnavailable || last.code == StatusCode::kUnauthenticated) return last;
  return {StatusCode::kAborted,
          fmt::format("cannot {} {}: it changed {} times while it was tried", doing, ref.display(), kAttempts),
          "Find out who keeps changing it, then resume.",
          "",
          {}};
}

std::string query_free(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

}  // namespace

Result<ChangeWriter::Base> ChangeWriter::base_of(const ObjectRef& ref) {
  if (auto seen = scope_.seen.take_base(ref)) return Base{std::move(*seen), true};
  UPSHIFT_ASSIGN(auto object, scope_.with.client.get(ref));
  return Base{std::move(object), false};
}

Result<journal::ChangeId> ChangeWriter::intend(journal::Change& change) {
  scope_.seen.outdate();
  change.texts = std::make_shared<const journal::ChangeTexts>(
      journal::ChangeTexts{to_text(change.request), to_text(change.old_value), to_text(change.intended)});
  auto id = scope_.with.journal.intend(change);
  if (!id) {
    return failure(std::move(id.error())
                       .with_context(fmt::format("{} {} was not sent, since it cannot be recorded",
                                                 journal::to_string(change.verb), change.object)));
  }
  return id;
}

journal::Change ChangeWriter::begun(Verb verb, std::string object, Json request) const {
  journal::Change change;
  change.step_run = scope_.step_run;
  change.step = scope_.step.id;
  change.verb = verb;
  change.object = std::move(object);
  change.request = std::move(request);
  change.intended_at = scope_.now();
  change.undoes = scope_.undoes;
  return change;
}

Status ChangeWriter::pass_fence(journal::ChangeId id, Verb verb, const std::string& object) {
  if (!scope_.with.fence) return {};
  auto open = scope_.with.fence();
  if (open) return {};
  UPSHIFT_TRY(settle(id, verb, object, ChangeState::kRefused, 0, nullptr, open.error().summary));
  return failure(std::move(open.error()));
}

const Json* ChangeWriter::known_outcome(const journal::Change& change) const {
  for (const auto& earlier : scope_.answered) {
    const bool same_place = change.verb == Verb::kHttp ? earlier.object == change.object
                                                       : earlier.object.substr(earlier.object.find('/')) ==
                                                             change.object.substr(change.object.find('/'));
    if (earlier.verb == change.verb && same_place && earlier.request == change.request) return &earlier.new_value;
  }
  return nullptr;
}

Status ChangeWriter::settle(journal::ChangeId id, Verb verb, const std::string& object, ChangeState state,
                            int http_status, const Json& new_value, const std::string& error) {
  if (state == ChangeState::kApplied) ++scope_.changes;
  auto status = scope_.with.journal.settle(id, state, http_status, new_value, error, scope_.now());
  scope_.emit(Event::Kind::kChange, {{"verb", std::string(journal::to_string(verb))},
                                     {"object", object},
                                     {"state", std::string(journal::to_string(state))},
                                     {"http_status", http_status}});
  if (status) return {};
  return failure(std::move(status.error())
                     .with_context(fmt::format("the outcome of the change of {} cannot be recorded", object)));
}

Result<Outcome> ChangeWriter::unchanged(const ObjectRef& ref, Json object) const {
  scope_.emit(Event::Kind::kUnchanged, {{"object", ref.display()}});
  return Outcome{std::move(object), false};
}

Result<ChangeWriter::Attempt> ChangeWriter::attempt(const Intent& intent) {
  journal::Change change = begun(intent.verb, object_path(intent.ref), record_of(intent.request));
  change.kind = intent.ref.type.kind;
  change.name = intent.ref.name;
  change.old_value = intent.old_value;
  change.intended = intent.intended;
  UPSHIFT_ASSIGN(const journal::ChangeId id, intend(change));
  UPSHIFT_TRY(pass_fence(id, intent.verb, intent.ref.display()));
  scope_.with.cache.expect(intent.ref, intent.verb == Verb::kDelete);
  const auto response = scope_.with.client.send_change(intent.request);
  if (!response) return unanswered(intent, id, response.error());
  // The server failed on the way: it may have acted before it did.
  if (response->status >= 500 && !is_failed_test(intent.request, *response)) {
    return unanswered(intent, id, cluster::refusal(intent.doing, intent.ref, *response));
  }
  return answered(intent, id, *response);
}

Result<ChangeWriter::Attempt> ChangeWriter::answered(const Intent& intent, journal::ChangeId id,
                                                     const cluster::Response& response) {
  const auto name = intent.ref.display();
  const bool gone = intent.verb == Verb::kDelete;
  if (response.ok() || (gone && response.status == 404)) {
    const Json new_value = gone ? Json() : response.body;
    UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kApplied, response.status, new_value, ""));
    if (!gone) scope_.with.cache.absorb(intent.ref, response.body);
    return Attempt{Attempt::End::kApplied, new_value, {}};
  }
  Error error = cluster::refusal(intent.doing, intent.ref, response);
  UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kRefused, response.status, nullptr, error.summary));
  bool conflict = error.code == StatusCode::kAborted;
  if (is_failed_test(intent.request, response)) {
    // The object is another one than the one that was read?
    UPSHIFT_ASSIGN(const auto live, scope_.with.client.get(intent.ref));
    conflict = live && version_of(*live) != version_of(intent.old_value);
  }
  const auto end = conflict && intent.repeat_on_conflict ? Attempt::End::kAgain : Attempt::End::kRefused;
  return Attempt{end, nullptr, std::move(error)};
}

Result<ChangeWriter::Attempt> ChangeWriter::unanswered(const Intent& intent, journal::ChangeId id, const Error& error) {
  const auto name = intent.ref.display();
  if (error.not_acted_on) {
    UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kRefused, 0, nullptr, error.summary));
    return Attempt{Attempt::End::kAgain, nullptr, error};
  }
  auto live = scope_.with.client.get(intent.ref);
  if (!live) {
    UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kUnknown, 0, nullptr, error.summary));
    return Attempt{Attempt::End::kRefused, nullptr, live.error()};
  }
  const auto change = [&] {
    journal::Change open;
    open.verb = intent.verb;
    open.kind = intent.ref.type.kind;
    open.old_value = intent.old_value;
    open.intended = intent.intended;
    return open;
  }();
  const Json there = live->value_or(Json());
  switch (fate_of(change, *live)) {
    case Fate::kNotSent:
      UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kRefused, 0, nullptr, error.summary));
      return Attempt{Attempt::End::kAgain, nullptr, error};
    case Fate::kArrived:
      UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kApplied, 0, outcome_of(change, there), ""));
      if (intent.verb == Verb::kDelete) return Attempt{Attempt::End::kApplied, nullptr, {}};
      scope_.with.cache.absorb(intent.ref, there);
      return Attempt{Attempt::End::kApplied, there, {}};
    case Fate::kForeign:
      break;
  }
  UPSHIFT_TRY(settle(id, intent.verb, name, ChangeState::kUnknown, 0, there, error.summary));
  return Attempt{Attempt::End::kRefused,
                 nullptr,
                 {StatusCode::kUnknown,
                  fmt::format("no answer came to the {} of {}, and the object is neither as before nor as intended",
                              intent.doing, name),
                  "Look at the object and at who else changes it, then resume.",
                  "",
                  {}}};
}

Result<Outcome> ChangeWriter::create(const ObjectRef& ref, const Json& object) {
  Error last;
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(const Base base, base_of(ref));
    if (base.object) {
      if (base.remembered) continue;
      return failure(StatusCode::kAlreadyExists, fmt::format("cannot create {}: it is there already", ref.display()),
                     "Look who made it; delete it if nobody needs it, then resume.");
    }
    const Intent intent{"create", Verb::kCreate, ref, create_request(ref, object), nullptr, object};
    UPSHIFT_ASSIGN(Attempt result, attempt(intent));
    if (result.end == Attempt::End::kApplied) return Outcome{std::move(result.object), true};
    if (result.end == Attempt::End::kRefused) return failure(std::move(result.error));
    last = std::move(result.error);
  }
  return failure(std::move(last));
}

Result<Outcome> ChangeWriter::patch(const ObjectRef& ref, std::string_view content_type, const Json& patch) {
  Error last;
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(Base base, base_of(ref));
    auto& present = base.object;
    if (!present) {
      if (base.remembered) continue;
      return failure(StatusCode::kNotFound, fmt::format("cannot patch {}: there is no such object", ref.display()),
                     "Look whether the installation is complete.");
    }
    auto intended = cluster::apply_patch(content_type, ref.type.kind, *present, patch);
    if (base.remembered && (!intended || *intended == *present)) continue;
    if (!intended) return failure(std::move(intended.error()).with_context("cannot patch " + ref.display()));
    if (*intended == *present) return unchanged(ref, std::move(*present));
    const Intent intent{"patch",  Verb::kUpdate,
                        ref,      patch_request(ref, content_type, with_precondition(content_type, patch, *present)),
                        *present, std::move(*intended)};
    UPSHIFT_ASSIGN(Attempt result, attempt(intent));
    if (result.end == Attempt::End::kApplied) return Outcome{std::move(result.object), true};
    if (result.end == Attempt::End::kRefused) return failure(std::move(result.error));
    last = std::move(result.error);
  }
  return failure(gave_up("patch", ref, last));
}

Result<Outcome> ChangeWriter::replace(const ObjectRef& ref, const Json& object) {
  const auto based_on = version_of(object);
  Error last;
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(Base base, base_of(ref));
    auto& present = base.object;
    if (!present) {
      if (base.remembered) continue;
      return failure(StatusCode::kNotFound, fmt::format("cannot replace {}: there is no such object", ref.display()),
                     "Look whether the installation is complete.");
    }
    if (without_server_fields(object) == without_server_fields(*present)) {
      if (base.remembered) continue;
      return unchanged(ref, std::move(*present));
    }
    Json body = object;
    if (based_on.empty()) body["metadata"]["resourceVersion"] = version_of(*present);
    Intent intent{"replace", Verb::kUpdate, ref, replace_request(ref, body), *present, body};
    // What was made from an older state must not overwrite a newer one.
    intent.repeat_on_conflict = based_on.empty();
    UPSHIFT_ASSIGN(Attempt result, attempt(intent));
    if (result.end == Attempt::End::kApplied) return Outcome{std::move(result.object), true};
    if (result.end == Attempt::End::kRefused) return failure(std::move(result.error));
    last = std::move(result.error);
  }
  return failure(gave_up("replace", ref, last));
}

Result<bool> ChangeWriter::remove(const ObjectRef& ref, const std::string& propagation) {
  Error last;
  for (int i = 0; i < kAttempts; ++i) {
    UPSHIFT_ASSIGN(auto present, scope_.with.client.get(ref));
    if (!present || !string_at(*present, "/metadata/deletionTimestamp").empty()) {
      scope_.emit(Event::Kind::kUnchanged, {{"object", ref.display()}});
      return false;
    }
    const cluster::DeleteOptions options{string_at(*present, "/metadata/uid"), "", propagation};
    const Intent intent{"delete", Verb::kDelete, ref, delete_request(ref, options), *present, nullptr};
    UPSHIFT_ASSIGN(Attempt result, attempt(intent));
    if (result.end == Attempt::End::kApplied) return true;
    if (result.end == Attempt::End::kRefused) return failure(std::move(result.error));
    last = std::move(result.error);
  }
  return failure(gave_up("delete", ref, last));
}

Result<bool> ChangeWriter::remove_exactly(const ObjectRef& ref, const std::string& uid) {
  UPSHIFT_ASSIGN(const auto present, scope_.with.client.get(ref));
  if (!present || string_at(*present, "/metadata/uid") != uid) return false;
  const Intent intent{"delete", Verb::kDelete, ref, delete_request(ref, {uid, "", ""}), *present, nullptr};
  UPSHIFT_ASSIGN(Attempt result, attempt(intent));
  if (result.end == Attempt::End::kApplied) return true;
  return failure(std::move(result.error));
}

Result<cluster::ExecResult> ChangeWriter::exec(const cluster::ExecRequest& request) {
  // What goes to standard input may be a secret and cannot be sent again anyway: its size is enough.
  journal::Change change = begun(Verb::kExec, request.pod + "/" + request.container,
                                 {{"command", request.command}, {"stdin_bytes", request.standard_input.size()}});
  change.kind = "Pod";
  change.name = request.pod;
  if (const Json* known = known_outcome(change)) {
    return cluster::ExecResult{static_cast<int>(int_at(*known, "/exit_code")), string_at(*known, "/stdout"),
                               string_at(*known, "/stderr")};
  }
  UPSHIFT_ASSIGN(const journal::ChangeId id, intend(change));
  const auto name = "Pod/" + change.object;
  UPSHIFT_TRY(pass_fence(id, Verb::kExec, name));
  ExecLog log(scope_, request.pod);
  cluster::ExecRequest shown = request;
  shown.output = [&log](cluster::ExecStream stream, std::string_view piece) { log.add(stream, piece); };
  auto result = scope_.with.client.transport().exec(shown);
  scope_.with.cache.doubt();
  log.finish();
  if (!result) {
    const bool unsure = result.error().code == StatusCode::kUnavailable && !result.error().not_acted_on;
    UPSHIFT_TRY(settle(id, Verb::kExec, name, unsure ? ChangeState::kUnknown : ChangeState::kRefused, 0, nullptr,
                       result.error().summary));
    return failure(std::move(result.error()));
  }
  const Json outcome = {
      {"exit_code", result->exit_code}, {"stdout", result->standard_output}, {"stderr", result->standard_error}};
  UPSHIFT_TRY(settle(id, Verb::kExec, name, ChangeState::kApplied, 0, outcome, ""));
  return result;
}

Result<HttpAnswer> ChangeWriter::call(const HttpCall& call) {
  const auto url = query_free(call.url);
  journal::Change change = begun(Verb::kHttp, url, {{"method", call.method}, {"url", url}, {"form", call.form}});
  change.name = change.object;
  if (const Json* known = known_outcome(change)) {
    return HttpAnswer{static_cast<int>(int_at(*known, "/status")), string_at(*known, "/body")};
  }
  UPSHIFT_ASSIGN(const journal::ChangeId id, intend(change));
  UPSHIFT_TRY(pass_fence(id, Verb::kHttp, url));
  auto answer = scope_.with.http->send(call);
  scope_.with.cache.doubt();
  if (!answer) {
    const bool unsure = answer.error().code == StatusCode::kUnavailable && !answer.error().not_acted_on;
    UPSHIFT_TRY(settle(id, Verb::kHttp, change.object, unsure ? ChangeState::kUnknown : ChangeState::kRefused, 0,
                       nullptr, answer.error().summary));
    return failure(std::move(answer.error()));
  }
  const bool accepted = answer->status < 400;
  UPSHIFT_TRY(settle(id, Verb::kHttp, change.object, accepted ? ChangeState::kApplied : ChangeState::kRefused,
                     answer->status, {{"status", answer->status}, {"body", answer->body}}, ""));
  return answer;
}

}  // namespace upshift::engine

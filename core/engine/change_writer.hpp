// Changes of one step: durable in the journal with the old value before they are sent, sent with a precondition on what
// was read, and settled by what the server answered or, where no answer came, by what is there.
#pragma once

#include "engine/object_changes.hpp"
#include "engine/step_scope.hpp"

namespace upshift::engine {

class ChangeWriter final : public ObjectChanges {
 public:
  // The scope must outlive the writer.
  explicit ChangeWriter(StepScope& scope) : scope_(scope) {}

  Result<Outcome> create(const cluster::ObjectRef& ref, const Json& object) override;
  Result<Outcome> patch(const cluster::ObjectRef& ref, std::string_view content_type, const Json& patch) override;
  Result<Outcome> replace(const cluster::ObjectRef& ref, const Json& object) override;
  Result<bool> remove(const cluster::ObjectRef& ref, const std::string& propagation) override;
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override;
  // Only the object of that uid.
  Result<bool> remove_exactly(const cluster::ObjectRef& ref, const std::string& uid);
  // Any method but GET; that one is no change.
  Result<HttpAnswer> call(const HttpCall& call);

 private:
  // What one attempt came to. kAgain: read again and decide again.
  struct Attempt {
    enum class End { kApplied, kAgain, kRefused } end = End::kRefused;
    Json object;
    Error error;
  };
  struct Intent {
    std::string_view doing;  // "patch"
    journal::Verb verb = journal::Verb::kUpdate;
    const cluster::ObjectRef& ref;
    cluster::Request request;
    Json old_value, intended;
    bool repeat_on_conflict = true;
  };
  // What a change is made from. `remembered`: the step has read it before, which is enough for a request with a
  // precondition, and not enough to conclude that none is needed.
  struct Base {
    std::optional<Json> object;
    bool remembered = false;
  };
  Result<Base> base_of(const cluster::ObjectRef& ref);
  Result<Attempt> attempt(const Intent& intent);
  Result<Attempt> answered(const Intent& intent, journal::ChangeId id, const cluster::Response& response);
  // The request may or may not have arrived: looks at the object.
  Result<Attempt> unanswered(const Intent& intent, journal::ChangeId id, const Error& error);
  Result<journal::ChangeId> intend(journal::Change& change);
  // What a change of the step records first; the id is for settling it.
  journal::Change begun(journal::Verb verb, std::string object, Json request) const;
  // Whether it may be sent. Where not, it is settled as refused.
  Status pass_fence(journal::ChangeId id, journal::Verb verb, const std::string& object);
  // The outcome of the same command or call in an attempt that was cut off; nullptr where there is none.
  const Json* known_outcome(const journal::Change& change) const;
  Status settle(journal::ChangeId id, journal::Verb verb, const std::string& object, journal::ChangeState state,
                int http_status, const Json& new_value, const std::string& error);
  Result<Outcome> unchanged(const cluster::ObjectRef& ref, Json object) const;

  StepScope& scope_;
};

}  // namespace upshift::engine

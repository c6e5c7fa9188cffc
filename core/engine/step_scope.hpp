// One step in one run, as the services that act for it see it.
#pragma once

#include "engine/dependencies.hpp"
#include "engine/redactor.hpp"
#include "engine/seen_objects.hpp"

namespace upshift::engine {

struct StepScope {
  const Dependencies& with;
  const plan::Step& step;
  journal::RunId run = 0;
  journal::StepRunId step_run = 0;
  plugin::Operation operation = plugin::Operation::kCheck;
  int changes = 0;  // applied so far
  Redactor redactor;
  journal::ChangeId undoes = 0;  // what the next changes take back, in a rollback
  // Commands and calls of an attempt that was cut off: their outcome is known, and they are not repeated.
  std::vector<journal::Change> answered = {};
  SeenObjects seen = {};

  bool may_change() const { return operation == plugin::Operation::kApply || operation == plugin::Operation::kUndo; }
  TimePoint now() const { return with.client.clock().now(); }
  void emit(Event::Kind kind, Json data) const { with.events.on_event({kind, now(), step.id, std::move(data)}); }
};

// PERMISSION_DENIED unless the step's manifest declares the verb on the resource (any resource where it is "") and the
// operation may change things.
Status permit(const StepScope& scope, std::string_view resource, std::string_view verb);

}  // namespace upshift::engine

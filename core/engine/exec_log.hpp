// What a command in a pod writes, as log lines of its step while it runs.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cluster/transport.hpp"
#include "engine/step_scope.hpp"

namespace upshift::engine {

class ExecLog {
 public:
  // The scope must outlive it.
  ExecLog(const StepScope& scope, std::string pod) : scope_(scope), pod_(std::move(pod)) {}

  // Pieces may be cut anywhere. Standard output is of severity debug, standard error of info; secrets of the step are
  // taken out.
  void add(cluster::ExecStream stream, std::string_view piece);
  // The last line of each stream where it has no end.
  void finish();

 private:
  void emit(cluster::ExecStream stream, std::string line) const;

  const StepScope& scope_;
  std::string pod_;
  std::map<cluster::ExecStream, std::string> begun_;  // lines without an end yet
};

}  // namespace upshift::engine

#include <fmt/format.h>

#include "emulator/server/exec_session.hpp"

namespace upshift::emulator::server {

Json exec_status(const Result<cluster::ExecResult>& result) {
  const Json metadata = Json::object();
  if (!result) {
    const std::string why =
        result.error().detail.empty() ? result.error().summary : result.error().summary + ": " + result.error().detail;
    return {
        {"metadata", metadata}, {"status", "Failure"}, {"message", why}, {"reason", "InternalError"}, {"code", 500}};
  }
  if (result->exit_code == 0) return {{"metadata", metadata}, {"status", "Success"}};
  const Json causes = Json::array({{{"reason", "ExitCode"}, {"message", std::to_string(result->exit_code)}}});
  return {{"metadata", metadata},
          {"status", "Failure"},
          {"message", fmt::format("command terminated with non-zero exit code: exit status {}", result->exit_code)},
          {"reason", "NonZeroExitCode"},
          {"details", {{"causes", causes}}}};
}

}  // namespace upshift::emulator::server

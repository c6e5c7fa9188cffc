#include "postgresql.hpp"

#include <string>

#include "dump.hpp"
#include "threescale/objects.hpp"
#include "threescale/streams.hpp"

namespace upshift::hop_2_4_2_5 {
namespace {

using sdk::Json;

constexpr std::string_view kDatabase = "zync-database";
constexpr std::string_view kContainer = "postgresql";
constexpr std::string_view kNew = "postgresql:10";
constexpr std::string_view kFolder = "zync-database";
constexpr std::string_view kDump = "zync-database/dump.sql";
constexpr std::string_view kRestored = "zync-database/restored";

std::string followed(const Json& dc) {
  const auto trigger = threescale::trigger_of_container(dc, kContainer);
  return trigger ? sdk::string_at(dc["spec"]["triggers"][*trigger], "/imageChangeParams/from/name") : "";
}

bool has_file(sdk::Context& c, std::string_view path) {
  for (const sdk::FileEntry& file : c.list_files_under(kFolder)) {
    if (file.path == path) return true;
  }
  return false;
}

// Only a database on the product's own stream of 9.5 is moved.
bool is_old(const std::string& stream_tag) {
  return stream_tag.rfind("postgresql:", 0) == 0 && stream_tag != kNew;
}

std::string dump(sdk::Context& c) {
  const auto result = c.exec_in_deployment(kDatabase, kContainer, {"bash", "-c", "pg_dumpall"});
  if (result.exit_code == 0 && is_whole_dump(result.standard_output)) return result.standard_output;
  throw sdk::Failure(
      sdk::Status::kFailedPrecondition,
      "Zync's database was not dumped whole: pg_dumpall ended with " + std::to_string(result.exit_code),
      "Nothing has been changed. What it wrote is in the log; run the step again once the cause is mended.",
      std::string(kDatabase));
}

}  // namespace

sdk::CheckResult DumpDatabase::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", kDatabase);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/zync-database: it is outside the project");
  if (!is_old(followed(*dc))) return sdk::not_applicable("zync-database follows " + followed(*dc));
  if (has_file(c, kDump)) return sdk::done("the database is saved in " + std::string(kDump));
  if (sdk::int_at(*dc, "/status/availableReplicas") == 0) {
    return sdk::blocked("no pod of DeploymentConfig/zync-database is available to dump; scale it up first");
  }
  return sdk::pending("the database is not saved yet");
}

sdk::ApplyResult DumpDatabase::apply(sdk::Context& c) {
  const std::string text = dump(c);
  c.write_file(kDump, text);
  const Rows rows = rows_of(text);
  return sdk::applied("saved " + std::to_string(count(rows)) + " rows of " + std::to_string(rows.size()) +
                      " tables in " + std::string(kDump));
}

sdk::UndoResult DumpDatabase::undo(sdk::Context&) {
  return sdk::undone("the dump stays in the backup directory");
}

sdk::CheckResult FollowPostgresql10::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", kDatabase);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/zync-database: it is outside the project");
  const std::string from = followed(*dc);
  const auto stream = c.get("ImageStream", "postgresql");
  if (from == kNew) {
    if (stream && !threescale::runs(*dc, *stream, "10")) return sdk::pending("zync-database is still rolling out");
    return sdk::done("DeploymentConfig/zync-database follows postgresql:10");
  }
  if (!is_old(from)) return sdk::not_applicable("zync-database follows " + (from.empty() ? "no stream" : from));
  if (!stream || threescale::resolved(*stream, "10").empty()) {
    return sdk::blocked("postgresql:10 does not resolve to an image; run the step 2.4-2.5/postgresql/import first");
  }
  if (!has_file(c, kDump)) {
    return sdk::blocked(
        "the rollout empties the database, and it is not saved; run the step 2.4-2.5/postgresql/dump first");
  }
  return sdk::pending("DeploymentConfig/zync-database follows " + from);
}

sdk::ApplyResult FollowPostgresql10::apply(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", kDatabase);
  if (followed(dc) != kNew) {
    c.patch_json("DeploymentConfig", kDatabase, threescale::follow(dc, kContainer, kNew));
  }
  return sdk::applied("DeploymentConfig/zync-database follows postgresql:10")
      .await(sdk::rollout(std::string(kDatabase)));
}

sdk::VerifyResult FollowPostgresql10::verify(sdk::Context& c) {
  const Json dc = c.require("DeploymentConfig", kDatabase);
  if (!threescale::runs(dc, c.require("ImageStream", "postgresql"), "10")) {
    return sdk::not_yet("zync-database does not run PostgreSQL 10 yet");
  }
  return sdk::verified("zync-database runs PostgreSQL 10");
}

sdk::CheckResult RestoreDatabase::check(sdk::Context& c) {
  const auto dc = c.get("DeploymentConfig", kDatabase);
  if (!dc) return sdk::not_applicable("there is no DeploymentConfig/zync-database: it is outside the project");
  if (!has_file(c, kDump)) {
    return sdk::not_applicable("this run has no dump to put back; Zync gets its data again from the application");
  }
  if (has_file(c, kRestored)) return sdk::done("the dump has been put back and compared");
  if (followed(*dc) != kNew) return sdk::blocked("zync-database does not follow postgresql:10 yet");
  return sdk::pending("the new database is empty");
}

sdk::ApplyResult RestoreDatabase::apply(sdk::Context& c) {
  const std::string saved = c.read_file(kDump);
  const auto result = c.exec_in_deployment(kDatabase, kContainer, {"bash", "-c", "psql -d postgres -f -"}, saved);
  // psql complains of what the image has made itself and goes on; only the content tells whether it was put back.
  const Rows before = rows_of(saved);
  std::string lost;
  for (const std::string& table : lost_rows(before, rows_of(dump(c)))) lost += (lost.empty() ? "" : ", ") + table;
  if (!lost.empty()) {
    throw sdk::Failure(
        sdk::Status::kDataLoss,
        "rows of Zync's database were not put back: " + lost + "; psql ended with " + std::to_string(result.exit_code),
        "The dump is in " + std::string(kDump) + " of the backup directory, what psql wrote in the log.",
        std::string(kDatabase));
  }
  c.write_file(kRestored, std::to_string(count(before)) + " rows\n");
  return sdk::applied("put back " + std::to_string(count(before)) + " rows, and found every one of them");
}

sdk::UndoResult RestoreDatabase::undo(sdk::Context& c) {
  // The rollout back to 9.5 empties the database once more.
  c.warn(
      "Zync's database is empty after the rollback",
      "Zync gets tenants and services back from the application. To put the dump back: psql -d postgres -f - in a pod "
      "of zync-database, with " +
          std::string(kDump) + " of the backup directory as its input.",
      kDatabase);
  if (has_file(c, kRestored)) c.delete_file(kRestored);
  return sdk::undone("what was put back goes with the database of PostgreSQL 10");
}

sdk::CheckResult DropOldTag::check(sdk::Context& c) {
  const auto stream = c.get("ImageStream", "postgresql");
  if (!stream || threescale::tag(*stream, "9.5") == nullptr) return sdk::done("there is no tag postgresql:9.5");
  for (const Json& dc : c.list("DeploymentConfig")) {
    if (!threescale::image_trigger(dc, "postgresql:9.5")) continue;
    return sdk::not_applicable("postgresql:9.5 stays: DeploymentConfig/" + sdk::string_at(dc, "/metadata/name") +
                               " follows it");
  }
  return sdk::pending("nothing follows postgresql:9.5 any more");
}

sdk::ApplyResult DropOldTag::apply(sdk::Context& c) {
  const Json stream = c.require("ImageStream", "postgresql");
  if (const auto index = sdk::index_of(sdk::array_at(stream, "/spec/tags"), "9.5")) {
    const std::string pointer = "/spec/tags/" + std::to_string(*index);
    c.patch_json("ImageStream", "postgresql",
                 Json::array({{{"op", "test"}, {"path", pointer + "/name"}, {"value", "9.5"}},
                              {{"op", "remove"}, {"path", pointer}}}));
  }
  return sdk::applied("deleted the tag postgresql:9.5");
}

}  // namespace upshift::hop_2_4_2_5

// Boost.Filesystem is not needed where the standard library has it.
#define BOOST_DLL_USE_STD_FS

#include "plugin/loaded_plugin.hpp"

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <cstring>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "config/schema.hpp"
#include "plugin/call.hpp"
#include "plugin/inspect.hpp"
#include "plugin/reply.hpp"

namespace upshift::plugin {
namespace {

constexpr const char* kRebuild = "Build the plugin again with upshift_add_plugin(), or ask its author.";
constexpr const char* kCorrect = "The plugin's author must correct manifest or code; a newer version may have it.";

// There is no run yet whose cluster a plugin could reach.
class NoServices final : public HostServices {
 public:
  Result<Json> invoke(std::string_view service, std::string_view, const Json&) override {
    return failure(StatusCode::kFailedPrecondition, fmt::format("{} cannot be used while the plugin is made", service));
  }
  bool offers(std::string_view service) const override { return host_offers(service); }
  void diagnose(const Diagnostic&) override {}
  void log(Severity, std::string_view) override {}
  void progress(double, std::string_view) override {}
  bool cancelled() const override { return false; }
  TimePoint now() const override { return clock_.now(); }

 private:
  SystemClock clock_;
};

tl::unexpected<Error> refusal(StatusCode code, std::string reason, std::string remedy,
                              const std::filesystem::path& path) {
  return failure(code, std::move(reason), std::move(remedy), path.string());
}

using Entry = const upshift_plugin*();

// Never destroyed: plugins stay until the process ends, whatever the order of other destructors.
std::vector<boost::dll::shared_library>& libraries() {
  static auto* const kLibraries = new std::vector<boost::dll::shared_library>();
  return *kLibraries;
}

Result<Entry*> load_entry(const std::filesystem::path& path) {
  try {
    using boost::dll::load_mode::type;
    const auto mode = static_cast<type>(boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
    // The throwing constructor alone carries the dynamic linker's own words.
    boost::dll::shared_library library(path, mode);
    Entry* entry = &library.get<Entry>(UPSHIFT_ENTRY_SYMBOL);
    libraries().push_back(std::move(library));
    return entry;
  } catch (const std::exception& problem) {
    return refusal(StatusCode::kFailedPrecondition, fmt::format("the library cannot be loaded: {}", problem.what()),
                   "Install what it needs, or build it on this system.", path);
  }
}

// The plugin's table, as much of it as both sides know, the rest zero.
Result<upshift_plugin> copy_table(const upshift_plugin* theirs, const std::filesystem::path& path) {
  if (theirs == nullptr) return refusal(StatusCode::kInternal, "the plugin's entry returned nothing", kRebuild, path);
  upshift_plugin table = {};
  std::memcpy(&table, theirs, std::min<std::size_t>(theirs->struct_size, sizeof(table)));
  const bool complete = theirs->struct_size >= offsetof(upshift_plugin, run) + sizeof(table.run) &&
                        table.id != nullptr && table.version != nullptr && table.manifest_json != nullptr &&
                        table.create != nullptr && table.destroy != nullptr && table.operations != nullptr &&
                        table.run != nullptr;
  if (!complete) {
    return refusal(StatusCode::kInternal,
                   fmt::format("the plugin's table is incomplete: {} bytes, ABI {}.0 has {}", theirs->struct_size,
                               UPSHIFT_ABI_MAJOR, sizeof(upshift_plugin)),
                   kRebuild, path);
  }
  return table;
}

Status check_identity(const upshift_plugin& table, const Manifest& manifest, const std::filesystem::path& path) {
  if (manifest.id != table.id || manifest.version != table.version) {
    return refusal(StatusCode::kFailedPrecondition,
                   fmt::format("the manifest is of {} {}, the code of {} {}", manifest.id, manifest.version, table.id,
                               table.version),
                   kCorrect, path);
  }
  for (const std::string& service : manifest.requires_services) {
    if (host_offers(service)) continue;
    return refusal(StatusCode::kFailedPrecondition,
                   fmt::format("the plugin requires '{}', which this upshift lacks", service),
                   "Use a newer upshift, or a plugin for this one.", path);
  }
  return {};
}

}  // namespace

LoadedPlugin::LoadedPlugin(upshift_plugin table, Manifest manifest, std::filesystem::path path)
    : table_(table), manifest_(std::move(manifest)), path_(std::move(path)) {}

LoadedPlugin::~LoadedPlugin() {
  if (created_) table_.destroy(instance_);
}

Result<std::unique_ptr<LoadedPlugin>> LoadedPlugin::load(const std::filesystem::path& path,
                                                         const std::optional<std::string>& sha256) {
  UPSHIFT_ASSIGN(const Inspection inspection, inspect(path, sha256));
  UPSHIFT_ASSIGN(Entry* const entry, load_entry(inspection.path));
  const upshift_plugin* table = nullptr;
  try {
    table = entry();
  } catch (...) {
    return refusal(StatusCode::kInternal, "the plugin's entry threw an exception", kCorrect, path);
  }
  return adopt(table, inspection.path);
}

Result<std::unique_ptr<LoadedPlugin>> LoadedPlugin::adopt(const upshift_plugin* table,
                                                          const std::filesystem::path& path) {
  UPSHIFT_ASSIGN(const upshift_plugin own, copy_table(table, path));
  auto manifest = read_manifest(own.manifest_json);
  if (!manifest) {
    Error error = std::move(manifest.error());
    if (error.detail.empty()) error.detail = kCorrect;
    if (error.summary.find(error.path) == std::string::npos) error.summary += fmt::format(" (at {})", error.path);
    error.path = path.string();
    return failure(std::move(error));
  }
  UPSHIFT_TRY(check_identity(own, *manifest, path));
  std::unique_ptr<LoadedPlugin> plugin(new LoadedPlugin(own, std::move(*manifest), path));
  UPSHIFT_TRY(plugin->create());
  UPSHIFT_TRY(plugin->check_operations());
  return plugin;
}

Status LoadedPlugin::create() {
  NoServices services;
  Call call(services);
  upshift_status status = UPSHIFT_STATUS_INTERNAL;
  try {
    status = table_.create(&host_table(), call.table(), &instance_);
  } catch (...) {
    return refusal(StatusCode::kInternal, "the plugin threw an exception while it was made", kCorrect, path_);
  }
  const auto result = call.finish(status, fmt::format("the plugin {}", id()));
  if (!result) {
    return refusal(result.error().code, fmt::format("the plugin cannot be made: {}", result.error().summary),
                   result.error().detail.empty() ? kCorrect : result.error().detail, path_);
  }
  created_ = true;
  return {};
}

std::uint32_t LoadedPlugin::operations(std::string_view subject) const {
  try {
    return table_.operations(instance_, {subject.data(), subject.size()});
  } catch (...) {
    return 0;
  }
}

bool LoadedPlugin::has(Operation operation, std::string_view subject) const {
  return (operations(subject) & UPSHIFT_OPERATION_BIT(static_cast<unsigned>(operation))) != 0;
}

Status LoadedPlugin::check_operations() const {
  const auto lie = [this](std::string_view claim, std::string_view subject, Operation missing) {
    return refusal(
        StatusCode::kFailedPrecondition,
        fmt::format("the manifest lies: it {} '{}', for which the code has no {}", claim, subject, to_string(missing)),
        kCorrect, path_);
  };
  for (const std::string& subject : manifest_.step_subjects) {
    for (const Operation needed : {Operation::kCheck, Operation::kApply}) {
      if (!has(needed, subject)) return lie("declares the step", subject, needed);
    }
  }
  for (const std::string& product : manifest_.detected_products) {
    if (!has(Operation::kDetect, product)) return lie("detects the product", product, Operation::kDetect);
  }
  if (manifest_.simulates && !has(Operation::kSimulate, "simulate")) {
    return lie("simulates, with the subject", "simulate", Operation::kSimulate);
  }
  return {};
}

Result<Json> LoadedPlugin::run(Operation operation, std::string_view subject, const Json& request,
                               HostServices& services) {
  const std::string who = fmt::format("the plugin {} ({} of {})", id(), to_string(operation), subject);
  if (!has(operation, subject)) {
    return failure(StatusCode::kUnimplemented,
                   fmt::format("the plugin {} has no {} for '{}'", id(), to_string(operation), subject));
  }
  const std::string body = to_text(request);
  Call call(services);
  upshift_status status = UPSHIFT_STATUS_INTERNAL;
  try {
    status = table_.run(instance_, call.table(), static_cast<upshift_operation>(operation),
                        {subject.data(), subject.size()}, {body.data(), body.size()});
  } catch (...) {
    return failure(StatusCode::kInternal, fmt::format("{} let an exception escape", who),
                   "Exceptions may not cross the plugin ABI. Report this to the plugin's author.");
  }
  UPSHIFT_ASSIGN(Json reply, call.finish(status, who));
  if (reply.is_null()) {
    return failure(StatusCode::kInternal, fmt::format("{} succeeded without a reply", who),
                   "Report this to the plugin's author.");
  }
  if (const auto problems = check_reply(operation, reply); !problems.empty()) {
    Error error = config::to_error(fmt::format("the reply of {}", who), problems);
    error.code = StatusCode::kInternal;
    return failure(std::move(error));
  }
  return reply;
}

}  // namespace upshift::plugin

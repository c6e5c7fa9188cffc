#include "cli/emulated_project.hpp"

#include "cli/plugins.hpp"

namespace upshift::cli {
namespace {

// The longest that a project may take to come to rest, by its own clock.
constexpr Duration kSettleLimit = std::chrono::hours(2);

}  // namespace

Result<std::unique_ptr<EmulatedProject>> EmulatedProject::create(const config::Settings& settings,
                                                                 const std::vector<InputDocument>& documents,
                                                                 const std::map<std::string, std::string>& parameters,
                                                                 TimePoint start, EventSink* events) {
  emulator::Options options;
  UPSHIFT_ASSIGN(options.name_space, namespace_of(documents, settings.name_space));
  options.start = start;
  std::unique_ptr<EmulatedProject> project(new EmulatedProject(options));
  UPSHIFT_TRY(load_plugins(settings, project->registry));
  for (const auto& entry : project->registry.plugins()) {
    const Json* const facts = find(entry.plugin->manifest(), "/emulation");
    if (facts != nullptr) UPSHIFT_TRY(project->emulator.add_facts(*facts));
  }
  for (const auto& document : documents) {
    if (auto loaded = project->emulator.load(document.content, parameters); !loaded) {
      return failure(std::move(loaded.error()).with_context(document.origin));
    }
  }
  project->simulation = std::make_unique<Simulation>(project->registry, project->client, events);
  project->emulator.set_outside_world(project->simulation.get());
  project->emulator.settle(kSettleLimit, true);
  UPSHIFT_TRY(project->simulation->start());
  project->emulator.settle(kSettleLimit, true);
  return project;
}

void EmulatedProject::settle() {
  emulator.settle(kSettleLimit);
}

}  // namespace upshift::cli

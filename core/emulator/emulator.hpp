// An OpenShift project in memory: store, API and controllers on a virtual clock, behind the Transport seam. A rehearsal
// is a run against it.
//
// Threads: one. Time moves only inside wait() and settle().
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cluster/transport.hpp"
#include "emulator/api.hpp"
#include "emulator/faults.hpp"
#include "emulator/outside_world.hpp"
#include "emulator/store.hpp"

namespace upshift::emulator {

struct Options {
  std::string name_space = "3scale";
  TimePoint start{};       // virtual time at which the project exists
  std::uint64_t seed = 1;  // uids, suffixes, generated parameter values
};

class Emulator final : public cluster::Transport {
 public:
  explicit Emulator(Options options);
  ~Emulator() override;

  // Facts of the environment a product lives in, from plugin manifests ("emulation"); docs/plugin-abi.md describes
  // them.
  Status add_facts(const Json& facts);
  // May be null; must outlive the emulator otherwise.
  void set_outside_world(OutsideWorld* world);

  // The certificate authority (PEM) that every namespace is told in kube-root-ca.crt. Without a call it is that of a
  // loaded export, else a placeholder.
  void set_cluster_authority(std::string pem);
  bool has_cluster_authority() const;

  // Loads one document: a Template (processed with `parameters`), a List, or a single object. Objects with a uid are
  // taken as they are, an export of a live project; others are created through the API as `oc create` would.
  // INVALID_ARGUMENT names the object or the parameter.
  Status load(const Json& document, const std::map<std::string, std::string>& parameters);

  // Lets the controllers act, moving the virtual clock, until nothing is left to do (or `limit` has passed). While
  // `initial`, registries answer without credentials: the loaded installation is known to have been installed.
  void settle(Duration limit, bool initial = false);

  // What goes wrong on demand.
  Faults& faults();
  // What the outside world could not do when its timers were due, since the last call.
  std::vector<Error> take_world_errors();

  // When a controller acts next without being asked; nullopt: never. Without `background` only what settle() waits for.
  std::optional<TimePoint> next_due(bool background) const;

  // The whole project as a List, in the order in which it could be created again.
  Json snapshot() const;

  // Its interceptor is the emulator's: faults() refuses requests.
  Api& api();
  Store& store();
  VirtualClock& virtual_clock();
  const std::string& name_space() const;

  Result<cluster::Response> send(const cluster::Request& request) override;
  Result<cluster::WatchId> start_watch(const cluster::Request& request, cluster::WatchHandler handler) override;
  void stop_watch(cluster::WatchId id) override;
  void wait(TimePoint until) override;
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override;
  const Clock& clock() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace upshift::emulator

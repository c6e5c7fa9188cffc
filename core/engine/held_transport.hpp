// A transport that keeps a project's lock while it is used: what waits, reads or runs commands renews it on the way.
#pragma once

#include "engine/project_lock.hpp"

namespace upshift::engine {

class HeldTransport final : public cluster::Transport {
 public:
  // Borrowed.
  explicit HeldTransport(cluster::Transport& inner) : inner_(inner) {}

  // From now on. The lock is borrowed; its own requests go to the inner transport directly.
  void keep(ProjectLock& lock, Duration during_exec) {
    lock_ = &lock;
    during_exec_ = during_exec;
  }

  Result<cluster::Response> send(const cluster::Request& request) override;
  std::vector<Result<cluster::Response>> send_all(std::span<const cluster::Request> requests) override;
  Result<cluster::WatchId> start_watch(const cluster::Request& request, cluster::WatchHandler handler) override;
  void stop_watch(cluster::WatchId id) override { inner_.stop_watch(id); }
  // Returns early where the lock is to be renewed.
  void wait(TimePoint until) override;
  bool interrupted() const override { return inner_.interrupted(); }
  // The lock is held for longer beforehand; where it cannot be, nothing is run.
  Result<cluster::ExecResult> exec(const cluster::ExecRequest& request) override;
  const Clock& clock() const override { return inner_.clock(); }

 private:
  cluster::Transport& inner_;
  ProjectLock* lock_ = nullptr;
  Duration during_exec_{};
};

}  // namespace upshift::engine

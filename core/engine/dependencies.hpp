// What a run works with. Everything is borrowed and must outlive the run.
#pragma once

#include <functional>
#include <string>

#include "base/event.hpp"
#include "cluster/cache.hpp"
#include "engine/file_store.hpp"
#include "engine/http_service.hpp"
#include "journal/journal.hpp"
#include "plan/plan.hpp"
#include "plugin/plugin.hpp"

namespace upshift::engine {

struct GateAnswer {
  bool yes = false;
  std::string by;           // who said so: "rehearsal", "--yes", a user's name
  std::string advice = {};  // what to do about a no; may be empty
};

struct Dependencies {
  cluster::Client& client;
  cluster::Cache& cache;  // of `client`
  journal::Journal& journal;
  EventSink& events;
  FileStore& files;
  HttpService* http = nullptr;  // nullptr: HTTP calls are UNIMPLEMENTED
  // The loaded plugin of an id; nullptr where there is none.
  std::function<plugin::Plugin*(const std::string& id)> plugin = {};
  // Absent: every gate stays closed.
  std::function<GateAnswer(const plan::Step& step)> gate = {};
  std::function<bool()> cancelled = [] { return false; };
  // Asked right before a change is sent: an error keeps it from being sent. Absent: nothing does.
  std::function<Status()> fence = {};
  // How long the cluster may be out of reach while steps wait, before they are given up.
  Duration patience = std::chrono::minutes(5);
  std::string mode = "run";  // or "rehearse"
  std::string target = {};   // server and project, for people
  std::string backup = {};   // where `files` are on disk, for the record
};

}  // namespace upshift::engine

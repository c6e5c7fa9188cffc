#include "emulator/event_recorder.hpp"

#include <fmt/format.h>

namespace upshift::emulator {

void EventRecorder::record(const Json& about, std::string_view component, std::string_view reason,
                           const std::string& message, std::string_view type) {
  const std::string name_space = string_at(about, "/metadata/namespace");
  const std::string name = string_at(about, "/metadata/name");
  const std::string uid = string_at(about, "/metadata/uid");
  const std::string now = to_rfc3339(store_.clock().now());
  const std::string identity = fmt::format("{}\n{}\n{}\n{}", uid, component, reason, message);
  const ResourceType& event_type = *cluster::find_kind("Event");
  if (const auto known = names_.find(identity); known != names_.end()) {
    const ObjectRef ref{event_type, name_space, known->second};
    if (const Json* stored = store_.get(ref)) {
      Json next = *stored;
      next["count"] = int_at(next, "/count") + 1;
      next["lastTimestamp"] = now;
      store_.update(ref, std::move(next));
      return;
    }
  }
  const auto nanoseconds = static_cast<std::uint64_t>(store_.clock().now().time_since_epoch().count()) * 1'000'000;
  const std::string event_name = fmt::format("{}.{:x}", name, nanoseconds + ++sequence_);
  names_[identity] = event_name;
  Json involved = {{"apiVersion", string_at(about, "/apiVersion")},
                   {"kind", string_at(about, "/kind")},
                   {"name", name},
                   {"namespace", name_space},
                   {"uid", uid},
                   {"resourceVersion", string_at(about, "/metadata/resourceVersion")}};
  store_.create({event_type, name_space, event_name}, {{"metadata", Json::object()},
                                                       {"involvedObject", std::move(involved)},
                                                       {"reason", reason},
                                                       {"message", message},
                                                       {"source", {{"component", component}}},
                                                       {"firstTimestamp", now},
                                                       {"lastTimestamp", now},
                                                       {"count", 1},
                                                       {"type", type},
                                                       {"eventTime", nullptr},
                                                       {"reportingComponent", ""},
                                                       {"reportingInstance", ""}});
}

}  // namespace upshift::emulator

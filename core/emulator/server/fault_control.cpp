#include "emulator/server/fault_control.hpp"

#include <algorithm>

#include "emulator/fault_document.hpp"

namespace upshift::emulator::server {

Status FaultControl::add(const Json& descriptions) {
  std::vector<std::pair<Entry, std::optional<HttpFault>>> checked;
  for (const Json& description : fault_descriptions(descriptions)) {
    Entry entry{0, description, is_project_fault(description)};
    if (entry.inside) {
      UPSHIFT_TRY(check_project_fault(description));
      checked.emplace_back(std::move(entry), std::nullopt);
    } else {
      UPSHIFT_ASSIGN(HttpFault fault, parse_http_fault(description));
      checked.emplace_back(std::move(entry), std::move(fault));
    }
  }
  for (auto& [entry, fault] : checked) {
    entry.id = ++last_id_;
    if (fault) {
      plan_.add(std::move(*fault), entry.id);
    } else {
      add_faults(emulator_.faults(), {{"faults", Json::array({entry.description})}});
    }
    entries_.push_back(std::move(entry));
  }
  return {};
}

bool FaultControl::remove(Id id) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& it) { return it.id == id; });
  if (found == entries_.end()) return false;
  const bool inside = found->inside;
  entries_.erase(found);
  if (!inside) return plan_.remove(id);
  emulator_.faults().clear();
  for (const Entry& entry : entries_) {
    if (entry.inside) add_faults(emulator_.faults(), {{"faults", Json::array({entry.description})}});
  }
  return true;
}

void FaultControl::clear() {
  entries_.clear();
  plan_.clear();
  emulator_.faults().clear();
}

Json FaultControl::to_json() const {
  Json faults = Json::array();
  for (const Entry& entry : entries_) {
    Json shown = entry.description;
    shown["id"] = entry.id;
    if (!entry.inside) shown["seen"] = plan_.seen(entry.id);
    faults.push_back(std::move(shown));
  }
  return {{"faults", faults}};
}

}  // namespace upshift::emulator::server

// Deletes what depends on something that is gone, finishes foreground and orphaning deletions, empties namespaces that
// are deleted.
#pragma once

#include <set>
#include <string>

#include "emulator/controller.hpp"

namespace upshift::emulator {

class GarbageCollector final : public Controller {
 public:
  using Controller::Controller;
  void observe(const StoredEvent& event) override;
  // The "object" is a work item: the namespace member tells what kind of work, the name whose.
  void reconcile(const ObjectName& work) override;

 private:
  void release_dependents(const std::string& owner_uid);
  void finish_foreground(const ObjectRef& owner);
  void remove_in_turn(const ObjectRef& ref, const Json& dependent, bool in_foreground);
  void orphan(const ObjectRef& owner);
  void empty_namespace(const std::string& name_space);
  void remove(const ObjectRef& ref);
  void drop_finalizer(const ObjectRef& ref, std::string_view finalizer);
};

}  // namespace upshift::emulator

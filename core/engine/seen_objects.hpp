// What a step has read in its check and apply. Nothing is read twice where nothing can have changed it unnoticed: a
// read is answered from here for a moment and until the step itself changes something; a change is based on what was
// read, since its precondition holds it to that.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "cluster/received_object.hpp"
#include "cluster/resource.hpp"

namespace upshift::engine {

class SeenObjects {
 public:
  // An absent object is nullopt. What has no resourceVersion is not kept, since no precondition could hold a change
  // to it.
  void remember(const cluster::ObjectRef& ref, const std::optional<cluster::ReceivedObject>& object, TimePoint at);
  // What an answer of the server would say `now`; nullptr: the server must be asked.
  const std::optional<cluster::ReceivedObject>* recall(const cluster::ObjectRef& ref, TimePoint now) const;
  // The same of whole lists. Long ones are not kept.
  void remember_list(const std::string& path, const std::string& labels, const Json& items, TimePoint at);
  const Json* recall_list(const std::string& path, const std::string& labels, TimePoint now) const;
  // What a change can be based on, once; the outer nullopt: it was not read.
  std::optional<std::optional<Json>> take_base(const cluster::ObjectRef& ref);
  // Something is being changed: whatever depends on it may be another from now on.
  void outdate() { ++epoch_; }
  void forget();

 private:
  struct Seen {
    std::optional<cluster::ReceivedObject> object;
    TimePoint at;
    int epoch = 0;
  };
  struct SeenList {
    Json items;
    TimePoint at;
    int epoch = 0;
  };
  template <typename Read>
  bool holds(const Read& read, TimePoint now) const;

  std::map<std::string, Seen> seen_;                                // by path
  std::map<std::pair<std::string, std::string>, SeenList> listed_;  // by path and labels
  int epoch_ = 0;
};

}  // namespace upshift::engine

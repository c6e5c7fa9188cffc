// An object as a server sent it, in an answer or in an event. It becomes a tree when somebody looks into it: an answer
// to a plugin's read is passed on as it came, and of most events the next one has come before anybody looks.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace upshift::cluster {

// Threads: looking into it may change it within; one thread at a time.
class ReceivedObject {
 public:
  ReceivedObject() = default;
  explicit ReceivedObject(Json tree);
  // An answer whose body is the object. nullopt where it is not one with a name, or too large to gain anything.
  static std::optional<ReceivedObject> read(std::string body);
  // The same of one event of a watch, and the event's type.
  static std::optional<std::pair<ReceivedObject, std::string>> read_event(std::string_view line);

  const Json& tree() const;
  Json& tree();
  operator const Json&() const { return tree(); }
  // Without its spec, and without making the tree where there is none.
  Json without_spec() const;
  // As JSON; as it came, where it cannot have been changed since.
  std::string text() const;

  // A copy as an answer to a read would bring it; nullopt as for read().
  std::optional<ReceivedObject> as_it_came() const;

  // "" where there is none; these make no tree.
  std::string name() const;
  std::string version() const;
  std::string uid() const;
  // The label of a DeploymentConfig's deployer and hook pods.
  std::string deployer_of() const;
  // The annotation that tells how far a ReplicationController's rollout is.
  std::string rollout_phase() const;

 private:
  struct Text {
    // The object's own part of it; may be more than that where an event has members that no server sends.
    std::optional<std::string_view> object() const;

    std::string whole;  // known to be JSON
    bool is_event = false;
    std::vector<std::string> told;  // the strings that can be asked for without a tree
  };
  std::string told(std::size_t which) const;

  mutable std::optional<Json> tree_;
  mutable std::optional<Text> text_;  // gone once the tree may have been changed
};

}  // namespace upshift::cluster

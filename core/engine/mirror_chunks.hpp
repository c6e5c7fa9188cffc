// The mirror of journals in the project: streams of records, each in Secrets that are written once and never changed
// (docs/lock-and-mirror.md). Knows nothing of what the records say.
#pragma once

#include <string>
#include <vector>

#include "cluster/client.hpp"

namespace upshift::engine {

// One stream as far as it is whole.
struct MirrorStream {
  std::string id;
  std::vector<Json> records;
  bool over = false;               // its last chunk says so
  int chunks = 0;                  // that are whole and in order
  std::string damage;              // what is wrong with the chunk after those; "": nothing follows
  std::vector<std::string> names;  // of all its Secrets, the damaged as well
};

struct MirrorCost {
  int chunks = 0;
  int requests = 0;
  std::size_t bytes = 0;  // as they stand in the project
};

class MirrorChunks {
 public:
  // Borrowed.
  explicit MirrorChunks(cluster::Client& client) : client_(client) {}

  // Every stream of the project, those of other journals as well.
  Result<std::vector<MirrorStream>> read();
  Status remove(const MirrorStream& stream);
  const MirrorCost& cost() const { return cost_; }

  // The end of one stream, to which is appended.
  class Tail {
   public:
    Tail() = default;
    explicit Tail(std::string id) : id_(std::move(id)) {}
    const std::string& id() const { return id_; }

   private:
    friend class MirrorChunks;
    std::string id_;
    int next_ = 1;
    std::string previous_;  // digest of the chunk before
  };
  // `records` is the text of a JSON array. Whole or, after an error, as if it had not been: the same records may be
  // appended again. `over`: the last ones.
  Status append(Tail& tail, std::string_view records, bool over);

 private:
  Status put(const std::string& name, const Json& secret, const std::string& digest);

  cluster::Client& client_;
  MirrorCost cost_;
};

}  // namespace upshift::engine

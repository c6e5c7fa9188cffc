// The files of one backup: a List for each page of objects, and an index beside their folder.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::backup {

using sdk::Json;

// Reads and writes through the host, which keeps the files at mode 0600. Holds what it knows of the files, never of the
// objects.
class Archive {
 public:
  Archive(sdk::Context& c, std::string directory) : c_(c), directory_(std::move(directory)) {}

  // Removes what an earlier attempt has left.
  void clear();
  // Writes one file of objects of a kind: KIND/0001.json. Nothing for no objects; DATA_LOSS for one that is of another
  // kind or has no name.
  void add(const std::string& kind, const std::vector<Json>& objects);
  // Removes the files of a kind: it is read anew.
  void forget(const std::string& kind);
  // Writes the index; the archive is whole from then on.
  void close();
  std::size_t size() const;

  // What is wrong with the backup that lies there, in one sentence; empty where the index agrees with itself and every
  // file is there with the checksum of what was written. The host reads the files, no content passes through here.
  std::string defect();
  // The number of objects in the index that lies there; 0 where there is none.
  std::size_t indexed();

 private:
  struct File {
    std::string path, kind;
    std::size_t objects = 0;
    std::string sha256;
  };
  // Beside the folder: whatever is in the folder is objects, and can be given to `oc apply` as a whole.
  std::string index_path() const { return directory_ + ".index.json"; }
  Json read_index();
  std::string defect_of(const Json& entry, const std::map<std::string, std::string>& checksums) const;

  sdk::Context& c_;
  std::string directory_;
  std::vector<File> files_;
  std::map<std::string, std::size_t> numbers_;  // of the last file, by kind
};

}  // namespace upshift::backup

// The files of one backup: a JSON file per object and an index.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "upshift/sdk.hpp"

namespace upshift::backup {

using sdk::Json;

// Reads and writes through the host, which keeps the files at mode 0600.
class Archive {
 public:
  Archive(sdk::Context& c, std::string directory) : c_(c), directory_(std::move(directory)) {}

  // Writes the object's file and remembers it for the index.
  void add(const Json& object);
  // Writes the index; the checksums are those of the files as they lie on the disk.
  void close();
  bool contains(std::string_view kind, std::string_view name) const;
  std::size_t size() const { return entries_.size(); }

  // What is wrong with the backup that lies there, in one sentence; empty where every file is as the index says and
  // parses to the object it stands for.
  std::string defect();
  // The number of objects in the index that lies there; 0 where there is none.
  std::size_t indexed();

 private:
  std::string index_path() const { return directory_ + "/index.json"; }
  Json read_index();
  std::map<std::string, std::string> checksums();

  sdk::Context& c_;
  std::string directory_;
  std::vector<Json> entries_;
};

}  // namespace upshift::backup

#include "archive.hpp"

#include <algorithm>

namespace upshift::backup {
namespace {

// Names may hold characters that are not for file names ("system:deployers" is fine, "stream/tag" is not).
std::string file_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  return name + ".json";
}

}  // namespace

void Archive::add(const Json& object) {
  const std::string kind = sdk::string_at(object, "/kind");
  const std::string name = sdk::string_at(object, "/metadata/name");
  const std::string path = directory_ + "/" + kind + "/" + file_name(name);
  c_.write_file(path, sdk::to_text(object, 2) + "\n");
  entries_.push_back({{"path", path},
                      {"kind", kind},
                      {"name", name},
                      {"resourceVersion", sdk::string_at(object, "/metadata/resourceVersion")}});
}

bool Archive::contains(std::string_view kind, std::string_view name) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Json& entry) {
    return sdk::string_at(entry, "/kind") == kind && sdk::string_at(entry, "/name") == name;
  });
}

std::map<std::string, std::string> Archive::checksums() {
  std::map<std::string, std::string> by_path;
  for (const sdk::FileEntry& file : c_.list_files()) by_path[file.path] = file.sha256;
  return by_path;
}

void Archive::close() {
  const auto by_path = checksums();
  for (Json& entry : entries_) {
    const auto found = by_path.find(sdk::string_at(entry, "/path"));
    if (found == by_path.end()) {
      throw sdk::Failure(sdk::Status::kDataLoss,
                         "the backup file " + sdk::string_at(entry, "/path") + " is not there after it was written",
                         "Look at the disk that holds the backup directory, then run the step again.");
    }
    entry["sha256"] = found->second;
  }
  c_.write_file(index_path(), sdk::to_text({{"objects", entries_}}, 2) + "\n");
}

Json Archive::read_index() {
  if (!checksums().contains(index_path())) return nullptr;
  return Json::parse(c_.read_file(index_path()), nullptr, false);
}

std::size_t Archive::indexed() {
  return sdk::array_at(read_index(), "/objects").size();
}

std::string Archive::defect() {
  const Json index = read_index();
  if (index.is_null()) return "there is no backup yet";
  const Json& objects = sdk::array_at(index, "/objects");
  if (objects.empty()) return index_path() + " lists no object";
  const auto by_path = checksums();
  for (const Json& entry : objects) {
    const std::string path = sdk::string_at(entry, "/path");
    const auto found = by_path.find(path);
    if (found == by_path.end()) return path + " is missing";
    if (found->second != sdk::string_at(entry, "/sha256")) return path + " differs from its checksum in the index";
    const Json object = Json::parse(c_.read_file(path), nullptr, false);
    if (sdk::string_at(object, "/kind") != sdk::string_at(entry, "/kind") ||
        sdk::string_at(object, "/metadata/name") != sdk::string_at(entry, "/name")) {
      return path + " does not hold the object that the index names";
    }
  }
  return {};
}

}  // namespace upshift::backup

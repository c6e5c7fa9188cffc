#include "archive.hpp"

#include <algorithm>
#include <cstdint>

namespace upshift::backup {
namespace {

std::string file_name(std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return digits + ".json";
}

// The index says of each file that it holds named objects of one kind; nothing else gets into one.
void check_belongs(const Json& object, const std::string& kind) {
  const std::string found = sdk::string_at(object, "/kind");
  const bool named = !sdk::string_at(object, "/metadata/name").empty();
  if (named && found == kind) return;
  throw sdk::Failure(sdk::Status::kDataLoss,
                     "the server answered a request for " + kind + " with " +
                         (named ? "an object of another kind: " + found : "an object without a name"),
                     "A backup with it could not be put back. Run the step again; if it stays so, look at the server.");
}

// As text that is a List, one object a line. A resourceVersion would keep the server from creating the object again;
// whatever else the server set stays, since a rehearsal of the backup wants it.
std::string list_of(const std::string& kind, const std::vector<Json>& objects) {
  std::string text = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    Json object = objects[i];
    // Items of a list may come without their kind.
    if (!object.contains("kind")) object["kind"] = kind;
    check_belongs(object, kind);
    if (object.contains("metadata")) object["metadata"].erase("resourceVersion");
    text += i == 0 ? "\n" : ",\n";
    text += sdk::to_text(object);
  }
  return text + "\n]}\n";
}

}  // namespace

void Archive::clear() {
  c_.delete_file(index_path());
  for (const sdk::FileEntry& file : c_.list_files_under(directory_)) c_.delete_file(file.path);
  files_.clear();
  numbers_.clear();
}

void Archive::add(const std::string& kind, const std::vector<Json>& objects) {
  if (objects.empty()) return;
  File file{directory_ + "/" + kind + "/" + file_name(++numbers_[kind]), kind, objects.size(), {}};
  file.sha256 = c_.write_file(file.path, list_of(kind, objects));
  files_.push_back(std::move(file));
}

void Archive::forget(const std::string& kind) {
  for (const File& file : files_) {
    if (file.kind == kind) c_.delete_file(file.path);
  }
  std::erase_if(files_, [&](const File& file) { return file.kind == kind; });
  numbers_.erase(kind);
}

std::size_t Archive::size() const {
  std::size_t count = 0;
  for (const File& file : files_) count += file.objects;
  return count;
}

void Archive::close() {
  Json files = Json::array();
  for (const File& file : files_) {
    files.push_back({{"path", file.path}, {"kind", file.kind}, {"objects", file.objects}, {"sha256", file.sha256}});
  }
  c_.write_file(index_path(), sdk::to_text({{"objects", size()}, {"files", std::move(files)}}, 2) + "\n");
}

Json Archive::read_index() {
  try {
    return Json::parse(c_.read_file(index_path()), nullptr, false);
  } catch (const sdk::HostFailure& failure) {
    if (failure.status() == sdk::Status::kNotFound) return nullptr;
    throw;
  }
}

std::size_t Archive::indexed() {
  return static_cast<std::size_t>(sdk::int_at(read_index(), "/objects"));
}

std::string Archive::defect() {
  const Json index = read_index();
  if (index.is_null()) return "there is no backup yet";
  const Json& entries = sdk::array_at(index, "/files");
  if (entries.empty()) return index_path() + " lists no file";
  std::map<std::string, std::string> checksums;
  for (sdk::FileEntry& file : c_.list_files_under(directory_, true)) {
    checksums.emplace(std::move(file.path), std::move(file.sha256));
  }
  std::int64_t objects = 0;
  for (const Json& entry : entries) {
    if (std::string defect = defect_of(entry, checksums); !defect.empty()) return defect;
    objects += sdk::int_at(entry, "/objects");
  }
  if (objects == sdk::int_at(index, "/objects")) return {};
  return index_path() + " does not count as many objects as its files hold";
}

// What was written is what the index says, so a file with the checksum of then is not read any further.
std::string Archive::defect_of(const Json& entry, const std::map<std::string, std::string>& checksums) const {
  const std::string path = sdk::string_at(entry, "/path");
  const std::string folder = directory_ + "/" + sdk::string_at(entry, "/kind") + "/";
  if (path.compare(0, folder.size(), folder) != 0 || sdk::int_at(entry, "/objects") < 1) {
    return index_path() + " contradicts itself about the file '" + path + "'";
  }
  const auto found = checksums.find(path);
  if (found == checksums.end()) return path + " is missing";
  if (found->second != sdk::string_at(entry, "/sha256")) return path + " differs from its checksum in the index";
  return {};
}

}  // namespace upshift::backup

#include "archive.hpp"

#include <algorithm>

namespace upshift::backup {
namespace {

std::string file_name(std::size_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return digits + ".json";
}

// As text that is a List, one object a line. A resourceVersion would keep the server from creating the object again;
// whatever else the server set stays, since a rehearsal of the backup wants it.
std::string list_of(const std::string& kind, const std::vector<Json>& objects) {
  std::string text = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[";
  for (std::size_t i = 0; i < objects.size(); ++i) {
    Json object = objects[i];
    // Items of a list may come without their kind.
    if (!object.contains("kind")) object["kind"] = kind;
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

std::string Archive::defect_of(const Json& entry) {
  const std::string path = sdk::string_at(entry, "/path");
  sdk::FileContent content;
  try {
    content = c_.read_file_with_checksum(path);
  } catch (const sdk::HostFailure& failure) {
    if (failure.status() == sdk::Status::kNotFound) return path + " is missing";
    throw;
  }
  if (content.sha256 != sdk::string_at(entry, "/sha256")) return path + " differs from its checksum in the index";
  const Json list = Json::parse(content.text, nullptr, false);
  const Json& items = sdk::array_at(list, "/items");
  const std::string kind = sdk::string_at(entry, "/kind");
  const bool as_indexed =
      items.size() == static_cast<std::size_t>(sdk::int_at(entry, "/objects")) &&
      std::all_of(items.begin(), items.end(), [&](const Json& item) {
        return sdk::string_at(item, "/kind") == kind && !sdk::string_at(item, "/metadata/name").empty();
      });
  return as_indexed ? "" : path + " does not hold the objects that the index names";
}

std::string Archive::defect() {
  const Json index = read_index();
  if (index.is_null()) return "there is no backup yet";
  const Json& files = sdk::array_at(index, "/files");
  if (files.empty()) return index_path() + " lists no file";
  for (const Json& entry : files) {
    if (std::string defect = defect_of(entry); !defect.empty()) return defect;
  }
  return {};
}

}  // namespace upshift::backup

#include "engine/file_store.hpp"

#include <fmt/format.h>
#include <map>

#include "base/file.hpp"
#include "base/text.hpp"

namespace upshift::engine {
namespace {

namespace fs = std::filesystem;

Status check_path(const std::string& path) {
  bool fine = !path.empty() && path.find('\0') == std::string::npos && path.find('\\') == std::string::npos;
  for (const auto& part : split(path, '/')) fine = fine && !part.empty() && part != "." && part != "..";
  if (fine) return {};
  return failure(StatusCode::kInvalidArgument, fmt::format("'{}' is no relative path of a file", path),
                 "Write it like \"objects/secrets.json\", without \"..\".");
}

class MemoryFileStore final : public FileStore {
 public:
  Status write(const std::string& path, std::string_view content) override {
    UPSHIFT_TRY(check_path(path));
    files_[path] = content;
    return {};
  }
  Result<std::string> read(const std::string& path) override {
    UPSHIFT_TRY(check_path(path));
    const auto found = files_.find(path);
    if (found == files_.end()) return failure(StatusCode::kNotFound, fmt::format("there is no file '{}'", path));
    return found->second;
  }
  Result<std::vector<StoredFile>> list() override {
    std::vector<StoredFile> all;
    for (const auto& [path, content] : files_) all.push_back({path, content.size(), sha256_hex(content)});
    return all;
  }

 private:
  std::map<std::string, std::string> files_;
};

class DirectoryFileStore final : public FileStore {
 public:
  explicit DirectoryFileStore(fs::path directory) : directory_(std::move(directory)) {}

  Status write(const std::string& path, std::string_view content) override {
    UPSHIFT_TRY(check_path(path));
    UPSHIFT_TRY(refuse_links(path));
    const fs::path target = directory_ / path;
    UPSHIFT_TRY(make_private_directory(target.parent_path()));
    return write_private_file(target, content);
  }

  Result<std::string> read(const std::string& path) override {
    UPSHIFT_TRY(check_path(path));
    UPSHIFT_TRY(refuse_links(path));
    return read_file(directory_ / path);
  }

  Result<std::vector<StoredFile>> list() override {
    std::vector<StoredFile> all;
    std::error_code error;
    if (!fs::exists(directory_, error)) return all;
    for (fs::recursive_directory_iterator at(directory_, error), end; !error && at != end; at.increment(error)) {
      if (!fs::is_regular_file(at->symlink_status())) continue;
      UPSHIFT_ASSIGN(const std::string content, read_file(at->path()));
      all.push_back({at->path().lexically_relative(directory_).generic_string(), content.size(), sha256_hex(content)});
    }
    if (error) {
      return failure(StatusCode::kUnknown, fmt::format("cannot list {}: {}", directory_.string(), error.message()));
    }
    std::sort(all.begin(), all.end(), [](const StoredFile& a, const StoredFile& b) { return a.path < b.path; });
    return all;
  }

 private:
  // A link inside the store could lead out of it.
  Status refuse_links(const std::string& path) const {
    fs::path at = directory_;
    for (const auto& part : split(path, '/')) {
      at /= part;
      std::error_code error;
      if (!fs::is_symlink(fs::symlink_status(at, error))) continue;
      return failure(StatusCode::kInvalidArgument, fmt::format("{} is a symbolic link", at.string()),
                     "Replace the link by a directory or file.");
    }
    return {};
  }

  fs::path directory_;
};

}  // namespace

std::unique_ptr<FileStore> make_memory_file_store() {
  return std::make_unique<MemoryFileStore>();
}

std::unique_ptr<FileStore> make_directory_file_store(fs::path directory) {
  return std::make_unique<DirectoryFileStore>(std::move(directory));
}

}  // namespace upshift::engine

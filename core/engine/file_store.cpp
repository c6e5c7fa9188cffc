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
  Result<bool> remove(const std::string& path) override {
    UPSHIFT_TRY(check_path(path));
    return files_.erase(path) > 0;
  }
  Result<std::vector<StoredFile>> list(const FileSelection& which) override {
    if (!which.under.empty()) UPSHIFT_TRY(check_path(which.under));
    const std::string prefix = which.under.empty() ? "" : which.under + "/";
    std::vector<StoredFile> all;
    for (auto at = files_.lower_bound(prefix); at != files_.end() && at->first.starts_with(prefix); ++at) {
      all.push_back({at->first, at->second.size(), which.checksums ? sha256_hex(at->second) : ""});
    }
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

  Result<bool> remove(const std::string& path) override {
    UPSHIFT_TRY(check_path(path));
    UPSHIFT_TRY(refuse_links(path));
    std::error_code error;
    const bool removed = fs::remove(directory_ / path, error);
    if (!error) return removed;
    return failure(StatusCode::kUnknown,
                   fmt::format("cannot delete {}: {}", (directory_ / path).string(), error.message()));
  }

  Result<std::vector<StoredFile>> list(const FileSelection& which) override {
    fs::path root = directory_;
    if (!which.under.empty()) {
      UPSHIFT_TRY(check_path(which.under));
      UPSHIFT_TRY(refuse_links(which.under));
      root /= which.under;
    }
    std::vector<StoredFile> all;
    std::error_code error;
    if (!fs::exists(root, error)) return all;
    for (fs::recursive_directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
      if (!fs::is_regular_file(at->symlink_status())) continue;
      UPSHIFT_ASSIGN(StoredFile file, describe(at->path(), which.checksums));
      all.push_back(std::move(file));
    }
    if (error) {
      return failure(StatusCode::kUnknown, fmt::format("cannot list {}: {}", root.string(), error.message()));
    }
    std::sort(all.begin(), all.end(), [](const StoredFile& a, const StoredFile& b) { return a.path < b.path; });
    return all;
  }

 private:
  Result<StoredFile> describe(const fs::path& file, bool checksum) const {
    const std::string path = file.lexically_relative(directory_).generic_string();
    if (!checksum) {
      std::error_code error;
      const auto size = fs::file_size(file, error);
      return StoredFile{path, error ? 0 : static_cast<std::size_t>(size), ""};
    }
    UPSHIFT_ASSIGN(const std::string content, read_file(file));
    return StoredFile{path, content.size(), sha256_hex(content)};
  }

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

// The files of a run's backup: a directory on disk, or memory for a rehearsal.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace upshift::engine {

struct StoredFile {
  std::string path;
  std::size_t size = 0;
  std::string sha256;  // "" where it was not asked for
};

struct FileSelection {
  std::string under;      // a folder, with all that is below it; "" for everything
  bool checksums = true;  // false: no file is read
};

class FileStore {
 public:
  virtual ~FileStore() = default;
  // Replaces what is there. On disk with mode 0600, directories 0700. INVALID_ARGUMENT for a path that leads out of the
  // store, as with read().
  virtual Status write(const std::string& path, std::string_view content) = 0;
  virtual Result<std::string> read(const std::string& path) = 0;
  // False where there was no such file.
  virtual Result<bool> remove(const std::string& path) = 0;
  // Sorted by path. INVALID_ARGUMENT for a folder that leads out of the store.
  virtual Result<std::vector<StoredFile>> list(const FileSelection& which) = 0;
};

std::unique_ptr<FileStore> make_memory_file_store();
// The directory is made when the first file is written.
std::unique_ptr<FileStore> make_directory_file_store(std::filesystem::path directory);

}  // namespace upshift::engine

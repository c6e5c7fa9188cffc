// A file's bytes without copying them: only the pages that are looked at are read.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.hpp"

namespace upshift::plugin {

// Move-only. The bytes are those of the file as long as nobody cuts it short: reading behind its new end then ends the
// process, as it would in a library that is loaded from it.
class MappedFile {
 public:
  // NOT_FOUND, PERMISSION_DENIED, or UNKNOWN, naming the path. An empty file has no bytes and is no failure.
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile();

  // As long as this object lives.
  std::string_view bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::string_view bytes) : bytes_(bytes) {}
  std::string_view bytes_;
};

}  // namespace upshift::plugin

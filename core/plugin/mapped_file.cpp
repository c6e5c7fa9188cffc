#include "plugin/mapped_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace upshift::plugin {
namespace {

// MAP_FAILED, with errno; nullptr for an empty file.
void* map_whole(int file, std::size_t& size) {
  struct stat info {};
  if (::fstat(file, &info) != 0) return MAP_FAILED;
  size = static_cast<std::size_t>(info.st_size);
  return size == 0 ? nullptr : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
}

tl::unexpected<Error> unreadable(const std::filesystem::path& path, int error_number) {
  StatusCode code = StatusCode::kUnknown;
  if (error_number == ENOENT) code = StatusCode::kNotFound;
  if (error_number == EACCES || error_number == EPERM) code = StatusCode::kPermissionDenied;
  return failure(code, fmt::format("cannot read '{}': {}", path.string(), std::strerror(error_number)), {},
                 path.string());
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unreadable(path, errno);
  std::size_t size = 0;
  void* const begin = map_whole(file, size);
  const int error_number = errno;
  ::close(file);
  if (begin == MAP_FAILED) return unreadable(path, error_number);
  return MappedFile({static_cast<const char*>(begin), size});
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<char*>(bytes_.data()), bytes_.size());
}

}  // namespace upshift::plugin

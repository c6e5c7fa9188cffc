#include "base/file.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/sha.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upshift {
namespace {

StatusCode code_of(int error_number) {
  switch (error_number) {
    case ENOENT:
      return StatusCode::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS:
      return StatusCode::kPermissionDenied;
    case ENOSPC:
    case EDQUOT:
      return StatusCode::kResourceExhausted;
    case EISDIR:
    case ENOTDIR:
      return StatusCode::kInvalidArgument;
    default:
      return StatusCode::kUnknown;
  }
}

tl::unexpected<Error> system_failure(std::string_view action, const std::filesystem::path& path, int error_number) {
  return failure(code_of(error_number),
                 fmt::format("cannot {} '{}': {}", action, path.string(), std::strerror(error_number)), {},
                 path.string());
}

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

bool write_all(int descriptor, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return system_failure("read", path, errno);
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const ssize_t count = ::read(file.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_failure("read", path, errno);
    if (count == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

Status write_private_file(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::path temporary = path;
  temporary += fmt::format(".{}.tmp", ::getpid());
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (file.get() < 0) return system_failure("write", temporary, errno);
    if (::fchmod(file.get(), 0600) != 0 || !write_all(file.get(), content) || ::fsync(file.get()) != 0) {
      const int error_number = errno;
      ::unlink(temporary.c_str());
      return system_failure("write", path, error_number);
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int error_number = errno;
    ::unlink(temporary.c_str());
    return system_failure("write", path, error_number);
  }
  return {};
}

Status make_private_directory(const std::filesystem::path& path) {
  if (path.empty() || path == path.root_path()) return {};
  if (::mkdir(path.c_str(), 0700) == 0) return {};
  if (errno == ENOENT) {
    UPSHIFT_TRY(make_private_directory(path.parent_path()));
    if (::mkdir(path.c_str(), 0700) == 0) return {};
  }
  const int error_number = errno;
  struct stat info {};
  if (error_number == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return system_failure("create directory", path, error_number == EEXIST ? ENOTDIR : error_number);
}

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
  std::string out;
  for (const unsigned char byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

}  // namespace upshift

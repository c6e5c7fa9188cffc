#include "journal/writer_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <utility>

namespace upshift::journal {
namespace {

// The process id that the holder wrote, or "".
std::string holder_of(int descriptor) {
  std::array<char, 32> text{};
  const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
  std::string digits;
  for (ssize_t i = 0; i < count && text[static_cast<std::size_t>(i)] >= '0' && text[static_cast<std::size_t>(i)] <= '9';
       ++i) {
    digits += text[static_cast<std::size_t>(i)];
  }
  return digits;
}

}  // namespace

WriterLock::~WriterLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

WriterLock& WriterLock::operator=(WriterLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

Result<WriterLock> WriterLock::acquire(const std::filesystem::path& journal) {
  const std::string path = journal.string() + ".lock";
  WriterLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) {
    const int problem = errno;
    const bool full = problem == ENOSPC || problem == EDQUOT;
    return failure(problem == ENOENT ? StatusCode::kNotFound
                   : full            ? StatusCode::kResourceExhausted
                                     : StatusCode::kPermissionDenied,
                   fmt::format("cannot open the journal's lock '{}': {}", path, std::strerror(problem)),
                   "Make the journal's directory, or choose one that you may write.", path);
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = holder_of(lock.descriptor_);
    return failure(StatusCode::kAborted,
                   fmt::format("another upshift{} writes the journal '{}'",
                               holder.empty() ? std::string() : fmt::format(" (process {})", holder), journal.string()),
                   "Wait until it ends, or stop it; an interrupted run can be resumed.", journal.string());
  }
  // For the message of the next one only; the lock does not depend on it.
  const std::string holder = fmt::format("{}\n", ::getpid());
  if (::ftruncate(lock.descriptor_, 0) == 0 && ::pwrite(lock.descriptor_, holder.data(), holder.size(), 0) < 0) {
    return lock;
  }
  return lock;
}

// A lock of our own, taken to find out, could turn a writer away that begins at this moment. The kernel's list names
// each lock's file by its inode: "1: FLOCK  ADVISORY  WRITE 4711 fe:01:1234 0 EOF".
std::optional<std::string> writer_of(const std::filesystem::path& journal) {
  struct stat facts = {};
  if (::stat((journal.string() + ".lock").c_str(), &facts) != 0) return {};
  const std::string file = fmt::format("{:02x}:{:02x}:{}", major(facts.st_dev), minor(facts.st_dev), facts.st_ino);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, process, inode;
    words >> number >> kind >> mode >> access >> process >> inode;
    if (kind == "FLOCK" && inode == file) return process;
  }
  return {};
}

}  // namespace upshift::journal

// One process writes a journal at a time: an advisory lock on a file beside it, released when its holder ends in
// whatever way.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace upshift::journal {

class WriterLock {
 public:
  WriterLock() = default;
  ~WriterLock();
  WriterLock(WriterLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  WriterLock& operator=(WriterLock&& other) noexcept;

  // Locks JOURNAL.lock. ABORTED where somebody holds it, naming the process.
  static Result<WriterLock> acquire(const std::filesystem::path& journal);

 private:
  explicit WriterLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

// The process that writes the journal now, by its lock; nothing: none does. Leaves the lock alone.
std::optional<std::string> writer_of(const std::filesystem::path& journal);

}  // namespace upshift::journal

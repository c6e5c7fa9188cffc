// Whether a journal can be relied on: everything in it, not only what one run needs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "journal/keys.hpp"

namespace upshift::journal {

struct Finding {
  // kNote: nothing is wrong, but somebody should know (a change without an outcome).
  enum class Grade { kSound, kNote, kDamaged } grade = Grade::kSound;
  std::string subject;  // "file", "structure", "checksums", "references", "order", "changes"
  std::string text;
};

struct Verification {
  std::int64_t format = 0;  // 0: it could not be told
  std::int64_t runs = 0, step_runs = 0, changes = 0, values = 0;
  std::int64_t open_changes = 0;
  std::int64_t sealed = 0;  // values that are encrypted
  std::vector<Finding> findings;

  bool sound() const;
};

// Looks at a copy in memory. What is encrypted is opened where `keys` has its key, else its checksum alone is
// verified. NOT_FOUND, PERMISSION_DENIED: the file cannot be read; all else is a finding.
Result<Verification> verify_journal(const std::filesystem::path& path, const KeyRing* keys = nullptr);

}  // namespace upshift::journal

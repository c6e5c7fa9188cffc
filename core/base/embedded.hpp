// Files that are built into the program (upshift_embed() of cmake/UpshiftEmbed.cmake): it runs without an installation.
#pragma once

#include <span>
#include <string_view>

namespace upshift {

struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

// nullptr where no file has that name.
inline const EmbeddedFile* find_embedded(std::span<const EmbeddedFile> files, std::string_view name) {
  for (const EmbeddedFile& file : files) {
    if (file.name == name) return &file;
  }
  return nullptr;
}

}  // namespace upshift

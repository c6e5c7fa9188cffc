#include "plugin/elf.hpp"

#include <bit>
#include <cstring>
#include <elf.h>
#include <fmt/format.h>
#include <optional>

namespace upshift::plugin {
namespace {

#if defined(__x86_64__)
constexpr Elf64_Half kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr Elf64_Half kMachine = EM_AARCH64;
#elif defined(__powerpc64__)
constexpr Elf64_Half kMachine = EM_PPC64;
#elif defined(__s390x__)
constexpr Elf64_Half kMachine = EM_S390;
#else
#error "upshift does not know the ELF machine number of this processor"
#endif
constexpr unsigned char kByteOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;

// Bytes with checked access; offsets come from the file and may be anything.
class Image {
 public:
  explicit Image(std::string_view bytes) : bytes_(bytes) {}

  bool holds(std::uint64_t offset, std::uint64_t size) const {
    return offset <= bytes_.size() && size <= bytes_.size() - offset;
  }
  template <typename T>
  std::optional<T> read(std::uint64_t offset) const {
    if (!holds(offset, sizeof(T))) return std::nullopt;
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  // The text up to its NUL within [begin, begin + size).
  std::string_view text(std::uint64_t begin, std::uint64_t size, std::uint64_t offset) const {
    if (!holds(begin, size) || offset >= size) return {};
    const std::string_view table = bytes_.substr(begin, size).substr(offset);
    const std::size_t end = table.find('\0');
    return end == std::string_view::npos ? std::string_view{} : table.substr(0, end);
  }
  std::uint64_t size() const { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

tl::unexpected<Error> unsound(std::string summary) {
  return failure(StatusCode::kInvalidArgument, std::move(summary));
}

tl::unexpected<Error> truncated(std::string_view part, std::uint64_t end, std::uint64_t size) {
  return unsound(fmt::format("the file is truncated: {} ends at byte {}, the file has {}", part, end, size));
}

Result<Elf64_Ehdr> read_header(const Image& image) {
  const auto header = image.read<Elf64_Ehdr>(0);
  if (!header) return unsound("the file is too short for a shared library");
  if (std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
    return unsound("the file is not a shared library (no ELF header)");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != kByteOrder ||
      header->e_machine != kMachine) {
    return unsound("the shared library is built for another kind of machine");
  }
  if (header->e_type != ET_DYN) return unsound("the file is an ELF file but not a shared library");
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_shentsize != sizeof(Elf64_Shdr)) {
    return unsound("the ELF header is damaged: its table entries have a wrong size");
  }
  return *header;
}

Status check_segments(const Image& image, const Elf64_Ehdr& header) {
  bool loads = false;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = image.read<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment)
      return truncated("the segment table", header.e_phoff + header.e_phnum * sizeof(Elf64_Phdr), image.size());
    loads = loads || segment->p_type == PT_LOAD;
    if (segment->p_type == PT_LOAD && !image.holds(segment->p_offset, segment->p_filesz)) {
      return truncated(fmt::format("segment {}", i), segment->p_offset + segment->p_filesz, image.size());
    }
  }
  if (!loads) return unsound("the shared library is damaged: it has no segment to load");
  return {};
}

Result<std::vector<Elf64_Shdr>> read_sections(const Image& image, const Elf64_Ehdr& header) {
  std::vector<Elf64_Shdr> sections;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = image.read<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr));
    if (!section)
      return truncated("the section table", header.e_shoff + header.e_shnum * sizeof(Elf64_Shdr), image.size());
    if (section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
        !image.holds(section->sh_offset, section->sh_size)) {
      return truncated(fmt::format("section {}", i), section->sh_offset + section->sh_size, image.size());
    }
    sections.push_back(*section);
  }
  return sections;
}

}  // namespace

Result<std::vector<std::string>> exported_functions(std::string_view file_bytes) {
  const Image image(file_bytes);
  UPSHIFT_ASSIGN(const Elf64_Ehdr header, read_header(image));
  UPSHIFT_TRY(check_segments(image, header));
  UPSHIFT_ASSIGN(const std::vector<Elf64_Shdr> sections, read_sections(image, header));

  std::vector<std::string> names;
  bool has_table = false;
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM) continue;
    if (section.sh_link >= sections.size()) return unsound("the shared library is damaged: its symbols have no names");
    has_table = true;
    const Elf64_Shdr& strings = sections[section.sh_link];
    for (std::uint64_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      const auto symbol = image.read<Elf64_Sym>(section.sh_offset + at);
      if (!symbol || symbol->st_shndx == SHN_UNDEF || ELF64_ST_TYPE(symbol->st_info) != STT_FUNC) continue;
      names.emplace_back(image.text(strings.sh_offset, strings.sh_size, symbol->st_name));
    }
  }
  if (!has_table) return unsound("the shared library exports nothing: it has no dynamic symbols");
  return names;
}

}  // namespace upshift::plugin

#include "plugin/inspect.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <system_error>

#include "base/file.hpp"
#include "plugin/elf.hpp"
#include "plugin/mapped_file.hpp"
#include "upshift/plugin.h"

namespace upshift::plugin {
namespace {

constexpr std::string_view kEntryPrefix = "upshift_plugin_entry_v";

std::vector<unsigned> entry_majors(const std::vector<std::string>& functions) {
  std::vector<unsigned> majors;
  for (const std::string_view name : functions) {
    if (!name.starts_with(kEntryPrefix)) continue;
    const std::string_view digits = name.substr(kEntryPrefix.size());
    unsigned major = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), major);
    if (problem == std::errc{} && end == digits.data() + digits.size()) majors.push_back(major);
  }
  std::ranges::sort(majors);
  return majors;
}

Status check_entry(const std::vector<unsigned>& majors) {
  if (majors.empty()) {
    return failure(StatusCode::kFailedPrecondition,
                   "the library is not an upshift plugin: it does not export " UPSHIFT_ENTRY_SYMBOL,
                   "If it is one, build it with upshift_add_plugin(), or export its entry function.");
  }
  if (std::ranges::find(majors, UPSHIFT_ABI_MAJOR) != majors.end()) return {};
  const bool newer = majors.front() > UPSHIFT_ABI_MAJOR;
  return failure(
      StatusCode::kFailedPrecondition,
      fmt::format("built for ABI {}, this upshift speaks {}", fmt::join(majors, " and "), UPSHIFT_ABI_MAJOR),
      newer ? "Use a newer upshift, or a build of the plugin for this ABI." : "Use a newer build of the plugin.");
}

}  // namespace

Result<Inspection> inspect(const std::filesystem::path& path, const std::optional<std::string>& sha256) {
  std::error_code problem;
  Inspection inspection;
  inspection.path = std::filesystem::canonical(path, problem);
  if (problem) {
    return failure(
        problem == std::errc::no_such_file_or_directory ? StatusCode::kNotFound : StatusCode::kPermissionDenied,
        fmt::format("the file cannot be found: {}", problem.message()), "Check the path of the plugin.", path.string());
  }
  if (!std::filesystem::is_regular_file(inspection.path, problem)) {
    return failure(StatusCode::kInvalidArgument, "not a regular file", "Name the plugin's .so file itself.",
                   path.string());
  }
  UPSHIFT_ASSIGN(const MappedFile file, MappedFile::open(inspection.path));
  const std::string_view bytes = file.bytes();
  if (sha256 && sha256_hex(bytes) != *sha256) {
    return failure(StatusCode::kFailedPrecondition,
                   fmt::format("the file's SHA-256 is {}, pinned is {}", sha256_hex(bytes), *sha256),
                   "Install the pinned build again, or pin this one if you trust it.", path.string());
  }
  auto functions = exported_functions(bytes);
  if (!functions) {
    Error error = functions.error();
    error.detail = "Copy or build the file again.";
    error.path = path.string();
    return failure(std::move(error));
  }
  inspection.abi_majors = entry_majors(*functions);
  if (auto status = check_entry(inspection.abi_majors); !status) {
    Error error = status.error();
    error.path = path.string();
    return failure(std::move(error));
  }
  return inspection;
}

}  // namespace upshift::plugin

// Reading a shared library's dynamic symbols from its bytes, without executing anything: dlopen of a damaged
// file may kill the process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace upshift::plugin {

// The functions that the library exports. INVALID_ARGUMENT: not an ELF shared library of this machine, or a header,
// segment or section that lies outside the file (a truncated copy); the summary says which.
Result<std::vector<std::string>> exported_functions(std::string_view file_bytes);

}  // namespace upshift::plugin

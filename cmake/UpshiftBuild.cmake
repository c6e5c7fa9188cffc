# Build habits shared by every target: language level, warnings as errors, one precompiled header, ccache.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(UPSHIFT_PLUGIN_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")

find_program(UPSHIFT_CCACHE ccache)
if(UPSHIFT_CCACHE)
  # A precompiled header is only cacheable with these two sloppiness flags (ccache manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" "${UPSHIFT_CCACHE}")
endif()
find_program(UPSHIFT_MOLD mold)
if(UPSHIFT_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

set(UPSHIFT_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
if(UPSHIFT_SANITIZE)
  add_compile_options(-fsanitize=${UPSHIFT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${UPSHIFT_SANITIZE})
endif()

add_library(upshift_warnings INTERFACE)
target_compile_options(upshift_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # -fpch-preprocess lets ccache see through the precompiled header. The three switched off give false
  # positives with g++ 12 on plain std::string code (GCC bugs 105651 and 105329); the asan preset finds the true ones.
  "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess;-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>")

# upshift_pch(TARGET): the standard library and nlohmann_json, precompiled once for the whole tree.
function(upshift_pch target)
  if(NOT TARGET upshift_pch)
    file(WRITE "${CMAKE_BINARY_DIR}/upshift_pch.cpp" "")
    add_library(upshift_pch OBJECT "${CMAKE_BINARY_DIR}/upshift_pch.cpp")
    target_link_libraries(upshift_pch PRIVATE upshift_warnings nlohmann_json::nlohmann_json fmt::fmt)
    target_precompile_headers(upshift_pch PRIVATE <algorithm> <chrono> <cstdint> <deque> <functional> <map> <memory>
      <optional> <set> <string> <string_view> <utility> <vector> <nlohmann/json.hpp> <tl/expected.hpp> <fmt/format.h>)
  endif()
  # Its definitions must be those that the header was compiled with.
  target_link_libraries(${target} PRIVATE nlohmann_json::nlohmann_json fmt::fmt)
  target_precompile_headers(${target} REUSE_FROM upshift_pch)
endfunction()

# upshift_library(NAME LINKS… PRIVATE_LINKS…): the static library of one folder of core/.
function(upshift_library name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE_LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(upshift_${name} STATIC ${sources})
  target_include_directories(upshift_${name} PUBLIC "${CMAKE_SOURCE_DIR}/core")
  target_link_libraries(upshift_${name} PUBLIC ${ARG_LINKS} PRIVATE upshift_warnings ${ARG_PRIVATE_LINKS})
  upshift_pch(upshift_${name})
endfunction()

# upshift_allocator(TARGET): a program with another allocator than the C library's, where it is at hand: trees of JSON are
# allocations, mostly. Sanitizers bring one of their own.
function(upshift_allocator target)
  find_library(UPSHIFT_JEMALLOC jemalloc)
  if(UPSHIFT_JEMALLOC AND NOT UPSHIFT_SANITIZE)
    target_link_libraries(${target} PRIVATE "${UPSHIFT_JEMALLOC}")
  endif()
endfunction()

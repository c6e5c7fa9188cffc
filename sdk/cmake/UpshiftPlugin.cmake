# upshift_add_plugin(NAME SOURCES … MANIFEST manifest.json [INCLUDES …] [OUTPUT_DIRECTORY …])
#
# Builds the plugin NAME.so in ${CMAKE_BINARY_DIR}/plugins or OUTPUT_DIRECTORY: the manifest embedded, nothing exported but the entry. Targets:
#   plugin_NAME          the shared library
#   plugin_NAME_objects  the same code as objects, to link into a unit test beside upshift/testing/fake_host.hpp
#
# Stands alone: include() this file from any project that has nlohmann_json.

include_guard(GLOBAL)
set(UPSHIFT_SDK_DIRECTORY "${CMAKE_CURRENT_LIST_DIR}/.." CACHE INTERNAL "The sdk folder")

function(_upshift_sdk_targets)
  if(NOT TARGET nlohmann_json::nlohmann_json)
    find_package(nlohmann_json 3.11 REQUIRED)
  endif()
  if(NOT TARGET upshift_sdk_abi)
    # The C ABI alone, for a host or a plugin without the C++ layer.
    add_library(upshift_sdk_abi INTERFACE)
    target_include_directories(upshift_sdk_abi INTERFACE "${UPSHIFT_SDK_DIRECTORY}/include")
  endif()
  if(NOT TARGET upshift_sdk)
    # The C++ layer, for plugins.
    add_library(upshift_sdk INTERFACE)
    target_link_libraries(upshift_sdk INTERFACE upshift_sdk_abi nlohmann_json::nlohmann_json)
    target_compile_features(upshift_sdk INTERFACE cxx_std_20)
    _upshift_sdk_quick_json()
  endif()
endfunction()

# Replies of the host are read with simdjson where it is at hand.
function(_upshift_sdk_quick_json)
  if(NOT TARGET simdjson::simdjson)
    find_package(simdjson QUIET)
  endif()
  if(NOT TARGET simdjson::simdjson)
    return()
  endif()
  add_library(upshift_sdk_quick_json STATIC "${UPSHIFT_SDK_DIRECTORY}/src/quick_json.cpp")
  set_target_properties(upshift_sdk_quick_json PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(upshift_sdk_quick_json PUBLIC cxx_std_20)
  target_compile_options(upshift_sdk_quick_json PRIVATE "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>")
  target_link_libraries(upshift_sdk_quick_json PUBLIC upshift_sdk_abi nlohmann_json::nlohmann_json PRIVATE simdjson::simdjson)
  target_compile_definitions(upshift_sdk_quick_json PUBLIC UPSHIFT_SDK_SIMDJSON)
  if(TARGET upshift_warnings)
    target_link_libraries(upshift_sdk_quick_json PRIVATE upshift_warnings)
  endif()
  target_link_libraries(upshift_sdk INTERFACE upshift_sdk_quick_json)
endfunction()

# What every object of a plugin is compiled with, also the in-tree precompiled header.
function(_upshift_plugin_options target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
    C_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  # With unique symbols a plugin could never be unloaded.
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique>")
  target_link_libraries(${target} PUBLIC upshift_sdk)
  if(TARGET upshift_warnings)
    target_link_libraries(${target} PRIVATE upshift_warnings)
  endif()
endfunction()

function(_upshift_plugin_pch target)
  if(NOT TARGET upshift_warnings)
    return()
  endif()
  if(NOT TARGET upshift_plugin_pch)
    file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/upshift_plugin_pch.cpp" CONTENT "")
    add_library(upshift_plugin_pch OBJECT "${CMAKE_BINARY_DIR}/upshift_plugin_pch.cpp")
    _upshift_plugin_options(upshift_plugin_pch)
    target_precompile_headers(upshift_plugin_pch PRIVATE <upshift/sdk.hpp>)
  endif()
  target_precompile_headers(${target} REUSE_FROM upshift_plugin_pch)
endfunction()

# Writes a source with the manifest, its id and its version; again whenever the manifest changes.
function(_upshift_embed_manifest manifest output)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${manifest}")
  file(READ "${manifest}" text)
  foreach(field id version)
    string(JSON ${field} ERROR_VARIABLE problem GET "${text}" ${field})
    if(problem)
      message(FATAL_ERROR "${manifest}: cannot read '${field}': ${problem}")
    endif()
  endforeach()
  # A string literal has a length limit in some compilers; numbers have none.
  file(READ "${manifest}" hex HEX)
  string(REGEX REPLACE "(..)" "char(0x\\1)," bytes "${hex}")
  string(REGEX REPLACE "((char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),)(char\\(0x..\\),))"
         "\\1\n  " bytes "${bytes}")
  file(CONFIGURE OUTPUT "${output}" @ONLY CONTENT "// Generated from the plugin's manifest.
namespace upshift::sdk::embedded {
extern const char kId[];
extern const char kVersion[];
extern const char kManifest[];
const char kId[] = R\"id(@id@)id\";
const char kVersion[] = R\"id(@version@)id\";
const char kManifest[] = {
  @bytes@char(0)};
}  // namespace upshift::sdk::embedded
")
endfunction()

function(upshift_add_plugin name)
  cmake_parse_arguments(ARG "" "MANIFEST;OUTPUT_DIRECTORY" "SOURCES;INCLUDES" ${ARGN})
  if(NOT ARG_SOURCES OR NOT ARG_MANIFEST)
    message(FATAL_ERROR "upshift_add_plugin(${name}): SOURCES and MANIFEST are needed")
  endif()
  if(NOT ARG_OUTPUT_DIRECTORY)
    set(ARG_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  endif()
  _upshift_sdk_targets()
  cmake_path(ABSOLUTE_PATH ARG_MANIFEST NORMALIZE)
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/plugin_${name}")
  _upshift_embed_manifest("${ARG_MANIFEST}" "${generated}/manifest.cpp")

  set(objects plugin_${name}_objects)
  add_library(${objects} OBJECT ${ARG_SOURCES} "${generated}/manifest.cpp")
  _upshift_plugin_options(${objects})
  _upshift_plugin_pch(${objects})
  set_source_files_properties("${generated}/manifest.cpp" PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_include_directories(${objects} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}" ${ARG_INCLUDES})

  add_library(plugin_${name} MODULE)
  target_link_libraries(plugin_${name} PRIVATE ${objects})
  file(CONFIGURE OUTPUT "${generated}/exports.version" @ONLY
       CONTENT "{ global: upshift_plugin_entry_v1; local: *; };\n")
  target_link_options(plugin_${name} PRIVATE "-Wl,--version-script=${generated}/exports.version")
  set_target_properties(plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME "${name}" SUFFIX ".so" LINKER_LANGUAGE CXX
    LINK_DEPENDS "${generated}/exports.version" LIBRARY_OUTPUT_DIRECTORY "${ARG_OUTPUT_DIRECTORY}")
  # For checks over all plugins of a build.
  set_property(GLOBAL APPEND PROPERTY UPSHIFT_PLUGIN_TARGETS plugin_${name})
endfunction()

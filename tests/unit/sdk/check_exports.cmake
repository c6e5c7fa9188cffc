# Fails unless PLUGIN exports exactly the entry.
execute_process(COMMAND "${NM}" -D --defined-only --format=posix "${PLUGIN}" OUTPUT_VARIABLE symbols
                COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT symbols MATCHES "^upshift_plugin_entry_v1 T [^\n]*$")
  message(FATAL_ERROR "${PLUGIN} should export upshift_plugin_entry_v1 alone, it exports:\n${symbols}")
endif()

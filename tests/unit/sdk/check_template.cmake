# Copies the template away from the tree, builds it against the sdk folder and runs its test.
file(REMOVE_RECURSE "${FOLDER}")
file(COPY "${SDK}/template/" DESTINATION "${FOLDER}/source")
execute_process(COMMAND "${CMAKE_COMMAND}" -G "${GENERATOR}" -S "${FOLDER}/source" -B "${FOLDER}/build" "-DUPSHIFT_SDK=${SDK}"
                        "-DCMAKE_CXX_COMPILER=${CXX}" "-DCMAKE_C_COMPILER=${CC}"
                        "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror" ${OPTIONS}
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${FOLDER}/build" COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_CTEST_COMMAND}" --output-on-failure --no-tests=error WORKING_DIRECTORY "${FOLDER}/build"
                COMMAND_ERROR_IS_FATAL ANY)
set(PLUGIN "${FOLDER}/build/plugins/banner.so")
include("${CMAKE_CURRENT_LIST_DIR}/check_exports.cmake")

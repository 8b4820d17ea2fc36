# SPDX-License-Identifier: Apache-2.0
# Build settings and the four functions with which every folder declares its target.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
# Line tables are enough for backtraces; full debug information doubles link time on two cores.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g1")

option(SUDARE_FUZZ "Build the libFuzzer targets (needs clang)" OFF)
option(SUDARE_HARDEN "Release hardening flags" OFF)
set(SUDARE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")

find_program(SUDARE_CCACHE ccache)
if(SUDARE_CCACHE)
    # Without this it passes over every source that uses a precompiled header (ccache's manual, "Precompiled headers").
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${SUDARE_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${SUDARE_CCACHE})
endif()

add_library(sudare_flags INTERFACE)
target_include_directories(sudare_flags INTERFACE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
target_compile_options(sudare_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
                       -Wnon-virtual-dtor -Wno-dangling-else -Werror)
# A failed bound check of the standard library ends one process cleanly in every build type:
# silent corruption is the worse end for a process that reads hostile bytes.
target_compile_definitions(sudare_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(SUDARE_SANITIZE)
    # vptr needs the type information of every library's classes, and SOCI does not export its own.
    set(_sanitize -fsanitize=${SUDARE_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer
                  -fno-sanitize-recover=all)
    # GCC 12 takes the instrumented moves of a std::variant for uninitialised reads.
    target_compile_options(sudare_flags INTERFACE ${_sanitize} -Wno-error=maybe-uninitialized)
    target_link_options(sudare_flags INTERFACE ${_sanitize})
    target_compile_definitions(sudare_flags INTERFACE SUDARE_SANITIZED=1)
endif()
if(SUDARE_FUZZ)
    target_compile_options(sudare_flags INTERFACE -fsanitize=fuzzer-no-link,address,undefined
                           -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(sudare_flags INTERFACE -fsanitize=address,undefined)
    target_compile_definitions(sudare_flags INTERFACE SUDARE_SANITIZED=1)
endif()
if(SUDARE_HARDEN)
    target_compile_options(sudare_flags INTERFACE -fstack-protector-strong -fstack-clash-protection
                           -fcf-protection=full -ftrivial-auto-var-init=zero)
    # GCC 12 at -O3 takes an insert at the end of a vector for an overflow (PR 105329 and others).
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        target_compile_options(sudare_flags INTERFACE -Wno-stringop-overflow -Wno-array-bounds -Wno-restrict)
    endif()
    target_compile_definitions(sudare_flags INTERFACE _FORTIFY_SOURCE=3)
    target_link_options(sudare_flags INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack LINKER:-pie)
endif()

# sudare_unity(NAME): compiles the target's sources in groups. Most of a source's time is its headers': a full
# build takes about half the time so (decision 0029), and one changed source not longer than alone before. OFF compiles each
# by itself (and finds a source that lives on its neighbours' headers).
option(SUDARE_UNITY "Compile sources in groups (cmake/unity_groups.py)" ON)
find_package(Python3 REQUIRED COMPONENTS Interpreter)
function(sudare_unity name)
    get_target_property(sources ${name} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    list(TRANSFORM sources REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")
    list(FILTER sources EXCLUDE REGEX "^${PROJECT_BINARY_DIR}/")
    list(LENGTH sources count)
    if(NOT SUDARE_UNITY OR count LESS 2)
        return()
    endif()
    set_property(GLOBAL APPEND PROPERTY SUDARE_UNITY_LINES "${name}|${sources}\n")
endfunction()

# At the end of the configuration: one run of the script for all targets.
function(sudare_unity_groups)
    get_property(lines GLOBAL PROPERTY SUDARE_UNITY_LINES)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/unity_groups.py)
    set(list ${PROJECT_BINARY_DIR}/unity_targets.txt)
    file(WRITE ${list} "${lines}")
    execute_process(COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/cmake/unity_groups.py ${list}
                    OUTPUT_FILE ${PROJECT_BINARY_DIR}/unity_groups.cmake COMMAND_ERROR_IS_FATAL ANY)
    include(${PROJECT_BINARY_DIR}/unity_groups.cmake)
endfunction()
function(sudare_unity_target name)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # It takes the unnamed namespace of an included source for one of a header.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-subobject-linkage>)
endfunction()

# sudare_library(NAME sources...): a static library; link others with target_link_libraries.
function(sudare_library name)
    add_library(${name} STATIC ${ARGN})
    target_link_libraries(${name} PUBLIC sudare_flags)
    sudare_unity(${name})
endfunction()

# sudare_program(NAME sources...): an executable in <build>/bin.
function(sudare_program name)
    add_executable(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE sudare_flags)
    sudare_unity(${name})
endfunction()

# sudare_precompile(NAME PRIVATE|PUBLIC headers...): where headers are most of a source's compile time.
function(sudare_precompile name)
    target_precompile_headers(${name} ${ARGN})
    target_compile_options(${name} ${ARGV1} $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endfunction()

# sudare_test_code(NAME): the code under test keeps the build's optimisation and line tables; its tests compile
# faster with less of the first and without the second (decision 0029); a sanitizer's report needs the lines.
function(sudare_test_code name)
    target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O1>)
    if(NOT SUDARE_SANITIZE AND NOT SUDARE_FUZZ)
        target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-g0>)
    endif()
endfunction()

# sudare_test(NAME sources... [LIBS targets...] [LABELS labels...]): a GoogleTest program, one
# ctest entry.
function(sudare_test name)
    cmake_parse_arguments(arg "" "" "LIBS;LABELS" ${ARGN})
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    target_link_libraries(${name} PRIVATE sudare_flags ${arg_LIBS} GTest::gmock GTest::gtest_main)
    sudare_unity(${name})
    sudare_test_code(${name})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    # GoogleTest's headers, compiled once for all (tests/CMakeLists.txt); -fPIC, since Qt demands it of some.
    # GCC 12 with precompiled headers takes a long literal in a std::string for an overflow (PR 105329).
    target_compile_options(${name} PRIVATE -fPIC
                           "$<$<AND:$<COMPILE_LANG_AND_ID:CXX,GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-array-bounds;-Wno-stringop-overflow>")
    target_precompile_headers(${name} REUSE_FROM sudare_test_headers)
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
    add_test(NAME ${name} COMMAND ${name})
    set(timeout 300)
    if(SUDARE_SANITIZE)
        set(timeout 1200)
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${timeout})
endfunction()

# sudare_fuzzer(NAME source [LIBS targets...]): <build>/fuzz/NAME under the fuzz preset; in every
# other build the same harness replays its corpus (tests/fuzz/corpus/NAME) as a ctest entry, so
# that a fuzzer never stops compiling and a past crash never comes back.
function(sudare_fuzzer name source)
    cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
    set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${name})
    if(SUDARE_FUZZ)
        add_executable(${name} ${source})
        target_link_options(${name} PRIVATE -fsanitize=fuzzer)
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
    else()
        add_executable(${name} ${source} $<TARGET_OBJECTS:sudare_fuzz_replay>)
        sudare_test_code(${name})
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        add_test(NAME ${name}_replay COMMAND ${name} ${corpus})
        set_tests_properties(${name}_replay PROPERTIES LABELS fuzz TIMEOUT 120)
    endif()
    target_link_libraries(${name} PRIVATE sudare_flags ${arg_LIBS})
endfunction()

# sudare_script_test(NAME command... ): a ctest entry for a script that starts real programs. A real Chromium with
# real windows (e2e) takes two of the five places of `./dev test`: it waits most of the time (a third of two cores
# is busy), and its start wants both. They begin first, the longest before the others, and what needs no browser
# fills the fifth place.
function(sudare_script_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    if("e2e" IN_LIST arg_LABELS)
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 2")  # it shares the machine
    endif()
    add_test(NAME ${name} COMMAND ${arg_UNPARSED_ARGUMENTS} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "SUDARE_BIN=${CMAKE_BINARY_DIR}/bin;SUDARE_TESTS=${CMAKE_BINARY_DIR}/tests;PYTHONDONTWRITEBYTECODE=1")
    if("e2e" IN_LIST arg_LABELS)
        set_tests_properties(${name} PROPERTIES PROCESSORS 2 COST ${arg_TIMEOUT})
    endif()
endfunction()

# sudare_add_folders(folders...): those that have a CMakeLists.txt.
function(sudare_add_folders)
    foreach(folder IN LISTS ARGN)
        if(EXISTS ${PROJECT_SOURCE_DIR}/${folder}/CMakeLists.txt)
            add_subdirectory(${PROJECT_SOURCE_DIR}/${folder} ${PROJECT_BINARY_DIR}/${folder})
        endif()
    endforeach()
endfunction()

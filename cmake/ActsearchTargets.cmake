# actsearch_library(NAME SOURCES ... DEPENDS ...), actsearch_program(NAME SOURCES ... DEPENDS ...)
# and actsearch_test(NAME SOURCES ... DEPENDS ... LABELS ...): one way to declare
# every target, with the project's warnings and include root.
include_guard()

add_library(actsearch_flags INTERFACE)
target_include_directories(actsearch_flags INTERFACE ${CMAKE_SOURCE_DIR})
# g++ 12 sees overlaps in std::string concatenation that are not there (GCC bug 105651).
target_compile_options(actsearch_flags INTERFACE -Wall -Wextra -Wno-missing-field-initializers
  -Wno-restrict $<$<BOOL:${ACTSEARCH_WERROR}>:-Werror>)
if(ACTSEARCH_SANITIZE)
  target_compile_options(actsearch_flags INTERFACE -fsanitize=address,undefined
    -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(actsearch_flags INTERFACE -fsanitize=address,undefined)
endif()

function(actsearch_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(actsearch_${name} STATIC ${ARG_SOURCES})
  add_library(actsearch::${name} ALIAS actsearch_${name})
  target_link_libraries(actsearch_${name} PUBLIC actsearch_flags ${ARG_DEPENDS})
endfunction()

function(actsearch_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE actsearch_flags ${ARG_DEPENDS})
endfunction()

# LABELS chooses runs: ctest -L unit. TIMEOUT is in seconds.
function(actsearch_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;DEPENDS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE actsearch_flags ${ARG_DEPENDS} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

# actsearch_fuzz(NAME SOURCES ... DEPENDS ...): a fuzz target under the driver, which
# replays corpus/NAME and mutates it for about two seconds.
function(actsearch_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  actsearch_program(${name}_fuzz SOURCES ${ARG_SOURCES} fuzz/driver.cc
    DEPENDS actsearch::base ${ARG_DEPENDS})
  set_target_properties(${name}_fuzz PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name}_fuzz
    COMMAND ${name}_fuzz ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name} 2)
  set_tests_properties(${name}_fuzz PROPERTIES LABELS fuzz TIMEOUT 120)
endfunction()

actsearch_fuzz(parse SOURCES fuzz/parse_fuzz.cc DEPENDS actsearch::expr)
actsearch_fuzz(job_file SOURCES fuzz/job_file_fuzz.cc DEPENDS actsearch::job_file)
actsearch_fuzz(data SOURCES fuzz/data_fuzz.cc DEPENDS actsearch::datasets)

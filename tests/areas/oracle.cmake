# What `actsearch eval` shows against mpmath, which nobody here wrote; skipped where Python lacks it.
# Debian's own Python comes first: that is where its packages go.
find_program(ACTSEARCH_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(ACTSEARCH_PYTHON python3)
if(ACTSEARCH_PYTHON)
  execute_process(COMMAND ${ACTSEARCH_PYTHON} -c "import mpmath"
    RESULT_VARIABLE no_mpmath OUTPUT_QUIET ERROR_QUIET)
endif()
if(ACTSEARCH_PYTHON AND no_mpmath EQUAL 0)
  add_test(NAME eval_against_mpmath
    COMMAND ${ACTSEARCH_PYTHON} ${CMAKE_CURRENT_SOURCE_DIR}/oracle/eval_against_mpmath.py
      $<TARGET_FILE:actsearch>)
  set_tests_properties(eval_against_mpmath PROPERTIES LABELS oracle TIMEOUT 120)
else()
  message(STATUS "eval_against_mpmath: left out; it needs python3-mpmath")
endif()

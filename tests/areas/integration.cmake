add_library(actsearch_cluster STATIC integration/cluster.cc)
target_compile_definitions(actsearch_cluster PUBLIC ACTSEARCH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
target_link_libraries(actsearch_cluster PUBLIC actsearch_flags actsearch::test_support actsearch::proto)
add_dependencies(actsearch_cluster actsearch actsearch-coordinator actsearch-worker)

actsearch_test(determinism_test LABELS integration TIMEOUT 900
  SOURCES integration/determinism_test.cc
  DEPENDS actsearch_cluster)

actsearch_test(workers_count_test LABELS integration TIMEOUT 1200
  SOURCES integration/workers_count_test.cc support/process.cc
  DEPENDS actsearch::catalogue)
target_compile_definitions(workers_count_test PRIVATE
  ACTSEARCH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
add_dependencies(workers_count_test actsearch actsearch-worker)

# Files as people have them, made by NumPy and Pillow, where those are installed.
find_program(ACTSEARCH_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(ACTSEARCH_PYTHON)
  add_test(NAME data_layouts COMMAND ${ACTSEARCH_PYTHON}
    ${CMAKE_CURRENT_SOURCE_DIR}/integration/data/layouts.py $<TARGET_FILE:actsearch>)
  set_tests_properties(data_layouts PROPERTIES LABELS integration TIMEOUT 120 SKIP_RETURN_CODE 77)
endif()

actsearch_test(data_test LABELS integration TIMEOUT 400
  SOURCES integration/data_test.cc
  DEPENDS actsearch_cluster nlohmann_json::nlohmann_json ZLIB::ZLIB)

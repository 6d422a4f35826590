actsearch_test(layering_test LABELS unit SOURCES unit/layout/layering_test.cc)
target_compile_definitions(layering_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

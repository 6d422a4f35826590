add_library(actsearch_cluster STATIC integration/cluster.cc)
target_compile_definitions(actsearch_cluster PUBLIC ACTSEARCH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
target_link_libraries(actsearch_cluster PUBLIC actsearch_flags actsearch::test_support actsearch::proto)
add_dependencies(actsearch_cluster actsearch actsearch-coordinator actsearch-worker)

actsearch_test(determinism_test LABELS integration TIMEOUT 900
  SOURCES integration/determinism_test.cc
  DEPENDS actsearch_cluster)

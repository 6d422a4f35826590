actsearch_test(job_file_test LABELS unit
  SOURCES unit/cli/job_file_test.cc
  DEPENDS actsearch::job_file actsearch::test_support)
target_compile_definitions(job_file_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

actsearch_test(cli_test LABELS unit
  SOURCES unit/cli/estimate_test.cc unit/cli/local_workers_test.cc unit/cli/output_test.cc unit/cli/plot_test.cc
          unit/cli/progress_test.cc unit/cli/report_test.cc
  DEPENDS actsearch::cli actsearch::test_support)

actsearch_test(cli_program_test LABELS unit
  SOURCES unit/cli/eafo_verb_test.cc unit/cli/eval_verb_test.cc unit/cli/program_service_test.cc
          unit/cli/program_test.cc
          unit/cli/zoo_verbs_test.cc unit/coordinator/rpc/server_bed.cc
  DEPENDS actsearch::cli actsearch::test_support)

actsearch_test(once_test LABELS integration TIMEOUT 400
  SOURCES integration/cli/once_test.cc
  DEPENDS actsearch::test_support nlohmann_json::nlohmann_json)
target_compile_definitions(once_test PRIVATE ACTSEARCH_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
add_dependencies(once_test actsearch actsearch-worker)

actsearch_test(search_test LABELS integration TIMEOUT 400
  SOURCES integration/cli/search_test.cc
  DEPENDS actsearch::test_support nlohmann_json::nlohmann_json)
target_compile_definitions(search_test PRIVATE
  ACTSEARCH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
add_dependencies(search_test actsearch actsearch-worker)

actsearch_test(space_verbs_test LABELS integration
  SOURCES integration/cli/space_verbs_test.cc
  DEPENDS actsearch::test_support nlohmann_json::nlohmann_json)
target_compile_definitions(space_verbs_test PRIVATE
  ACTSEARCH_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
add_dependencies(space_verbs_test actsearch)

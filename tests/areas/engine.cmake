add_library(actsearch_engine_bed STATIC unit/coordinator/engine/engine_bed.cc)
target_link_libraries(actsearch_engine_bed PUBLIC actsearch_flags actsearch::engine GTest::gtest)

actsearch_test(telemetry_test LABELS unit
  SOURCES unit/coordinator/telemetry/metrics_test.cc
  DEPENDS actsearch::telemetry actsearch::store)
actsearch_test(engine_test LABELS unit
  SOURCES unit/coordinator/engine/asides_test.cc unit/coordinator/engine/job_data_test.cc
          unit/coordinator/engine/engine_test.cc
          unit/coordinator/engine/held_jobs_test.cc unit/coordinator/engine/leasing_test.cc
          unit/coordinator/engine/reuse_test.cc
          unit/coordinator/engine/verbs_test.cc
  DEPENDS actsearch_engine_bed)
target_compile_definitions(engine_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

actsearch_test(coordinator_rpc_test LABELS unit
  SOURCES unit/coordinator/rpc/convert_test.cc unit/coordinator/rpc/requests_test.cc
          unit/coordinator/rpc/server_test.cc unit/coordinator/rpc/server_bed.cc
  DEPENDS actsearch::coordinator_rpc actsearch::test_support)

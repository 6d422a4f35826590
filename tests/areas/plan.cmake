add_library(actsearch_plan_simulation STATIC support/plan_simulation.cc)
target_link_libraries(actsearch_plan_simulation PUBLIC actsearch_flags actsearch::plan GTest::gtest)

actsearch_test(plan_test LABELS unit
  SOURCES unit/coordinator/plan/audits_test.cc unit/coordinator/plan/cost_test.cc
          unit/coordinator/plan/entrants_test.cc unit/coordinator/plan/event_test.cc
          unit/coordinator/plan/history_test.cc unit/coordinator/plan/job_fields_test.cc
          unit/coordinator/plan/job_spec_test.cc unit/coordinator/plan/old_logs_test.cc
          unit/coordinator/plan/plan_finals_test.cc unit/coordinator/plan/plan_leases_test.cc
          unit/coordinator/plan/plan_replay_test.cc unit/coordinator/plan/plan_test.cc
          unit/coordinator/plan/racing_test.cc unit/coordinator/plan/report_test.cc
          unit/coordinator/plan/rungs_test.cc unit/coordinator/plan/statistics_test.cc
          unit/coordinator/plan/tuning_test.cc unit/coordinator/plan/verdict_test.cc
  DEPENDS actsearch_plan_simulation)
target_compile_definitions(plan_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
actsearch_test(plan_property_test LABELS property
  SOURCES property/coordinator/plan/plan_test.cc
  DEPENDS actsearch_plan_simulation)

actsearch_program(actbench SOURCES bench/actbench/build_table.cc
  DEPENDS actsearch::job_file actsearch::evaluators actsearch::tables CLI11::CLI11)
actsearch_program(fit_dump SOURCES bench/fit/fit_dump.cc DEPENDS actsearch::datasets)
find_package(Eigen3 REQUIRED NO_MODULE)
actsearch_library(bench_ranks SOURCES bench/strategies/ranks.cc DEPENDS actsearch_flags)
actsearch_library(bench_strategies
  SOURCES bench/strategies/hindsight.cc bench/strategies/hurdle_stream.cc
          bench/strategies/planted_task.cc bench/strategies/strategy_choice.cc
          bench/strategies/table_search.cc
  DEPENDS actsearch::bench_ranks actsearch::plan actsearch::strategies actsearch::tables
          Eigen3::Eigen)
foreach(program strategies_bench hurdles_bench planted_bench racing_bench)
  actsearch_program(${program} SOURCES bench/strategies/${program}.cc
    DEPENDS actsearch::bench_strategies CLI11::CLI11)
endforeach()
actsearch_test(bench_test LABELS unit SOURCES unit/bench/hurdle_stream_test.cc
  unit/bench/planted_task_test.cc
  DEPENDS actsearch::bench_strategies)
actsearch_program(propose_bench SOURCES bench/strategies/propose_bench.cc
  DEPENDS actsearch::strategies CLI11::CLI11)
actsearch_program(verdicts_bench
  SOURCES bench/verdicts/disguises.cc bench/verdicts/trainings.cc bench/verdicts/verdicts_bench.cc
  DEPENDS actsearch::plan actsearch::evaluators)

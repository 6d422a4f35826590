actsearch_program(actbench SOURCES bench/actbench/build_table.cc
  DEPENDS actsearch::job_file actsearch::evaluators actsearch::tables CLI11::CLI11)
actsearch_library(bench_ranks SOURCES bench/strategies/ranks.cc DEPENDS actsearch_flags)
actsearch_program(strategies_bench
  SOURCES bench/strategies/strategies_bench.cc bench/strategies/table_search.cc
  DEPENDS actsearch::bench_ranks actsearch::plan actsearch::strategies actsearch::tables CLI11::CLI11)
actsearch_program(propose_bench SOURCES bench/strategies/propose_bench.cc
  DEPENDS actsearch::strategies CLI11::CLI11)

actsearch_program(actbench SOURCES bench/actbench/build_table.cc
  DEPENDS actsearch::job_file actsearch::evaluators actsearch::tables CLI11::CLI11)

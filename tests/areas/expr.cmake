# Random expressions, for tests and benchmarks of every area.
actsearch_library(random_expr SOURCES support/random_expr.cc DEPENDS actsearch::expr)

actsearch_test(expr_test LABELS unit
  SOURCES unit/expr/derive_test.cc unit/expr/evaluate_test.cc unit/expr/fingerprint_test.cc
    unit/expr/foreign_text_test.cc
    unit/expr/interval_test.cc unit/expr/moments_test.cc unit/expr/parse_test.cc
    unit/expr/primitive_values_test.cc unit/expr/primitives_test.cc unit/expr/print_test.cc
    unit/expr/propagation_test.cc unit/expr/simplify_test.cc
  DEPENDS actsearch::random_expr)
target_compile_definitions(expr_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")

actsearch_test(expr_golden_test LABELS golden SOURCES golden/expr_golden_test.cc
  DEPENDS actsearch::expr)
target_compile_definitions(expr_golden_test PRIVATE
  ACTSEARCH_GOLDEN_DIR="${CMAKE_CURRENT_SOURCE_DIR}/golden/expr")

actsearch_test(expr_property_test LABELS property
  SOURCES property/expr/derive_property_test.cc property/expr/existence_property_test.cc
    property/expr/fingerprint_property_test.cc
    property/expr/simplify_property_test.cc property/expr/text_property_test.cc
  DEPENDS actsearch::random_expr)

find_package(benchmark CONFIG QUIET)
if(benchmark_FOUND)
  actsearch_program(expr_bench SOURCES bench/expr_bench.cc
    DEPENDS actsearch::random_expr benchmark::benchmark)
endif()

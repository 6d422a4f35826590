actsearch_test(expr_test LABELS unit
  SOURCES unit/expr/parse_test.cc unit/expr/print_test.cc
  DEPENDS actsearch::expr)

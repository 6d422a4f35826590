actsearch_test(proto_test LABELS unit SOURCES unit/proto/convert_refusals_test.cc
  unit/proto/convert_test.cc
  DEPENDS actsearch::proto_convert)

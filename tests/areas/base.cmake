actsearch_test(base_test LABELS unit
  SOURCES unit/base/clean_text_test.cc unit/base/rng_test.cc unit/base/registry_test.cc unit/base/hash_test.cc unit/base/recent_map_test.cc
  DEPENDS actsearch::base)

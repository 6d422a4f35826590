# Also for other areas: child processes and a real redis-server.
actsearch_library(test_support SOURCES support/process.cc support/redis_server.cc
  DEPENDS actsearch::base)

actsearch_test(store_test LABELS unit
  SOURCES unit/store/stores_test.cc unit/store/redis_address_test.cc
          unit/store/sqlite_test.cc unit/store/retry_test.cc
  DEPENDS actsearch::store actsearch::test_support)
actsearch_test(store_conformance_test LABELS conformance
  SOURCES conformance/store/store_conformance_test.cc
  DEPENDS actsearch::store actsearch::test_support)
actsearch_test(redis_store_test LABELS integration
  SOURCES integration/store/redis_store_test.cc
  DEPENDS actsearch::store actsearch::test_support)

actsearch_program(store_bench SOURCES bench/store_bench.cc
  DEPENDS actsearch::store actsearch::test_support)

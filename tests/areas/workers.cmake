actsearch_test(workers_test LABELS unit
  SOURCES unit/workers/backoff_test.cc unit/workers/checkpoints_test.cc
          unit/workers/fake_coordinator.cc unit/workers/lease_book_test.cc
          unit/workers/stop_signals_test.cc unit/workers/worker_connection_test.cc
          unit/workers/worker_test.cc support/process.cc
  DEPENDS actsearch::workers)

# Some tests write gzip files: without zlib the loaders and these tests do not know them.
find_package(ZLIB)
if(ZLIB_FOUND)
  actsearch_test(datasets_test LABELS unit
    SOURCES unit/evaluators/datasets/cifar10_test.cc unit/evaluators/datasets/dataset_test.cc
            unit/evaluators/datasets/functions_test.cc unit/evaluators/datasets/glyphs_test.cc
            unit/evaluators/datasets/mnist_test.cc
            unit/evaluators/datasets/shared_bytes_test.cc unit/evaluators/datasets/text_windows_test.cc
            support/process.cc
    DEPENDS actsearch::datasets ZLIB::ZLIB)
  target_compile_definitions(datasets_test PRIVATE ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
endif()

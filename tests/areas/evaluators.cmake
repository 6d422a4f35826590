actsearch_test(kernels_test LABELS unit
  SOURCES unit/evaluators/kernels/activation_test.cc unit/evaluators/kernels/autograd_test.cc
    unit/evaluators/kernels/layouts_test.cc unit/evaluators/kernels/machine_code_test.cc
    unit/evaluators/kernels/plan_test.cc
    unit/evaluators/kernels/tiles_test.cc unit/evaluators/network_test.cc
  DEPENDS actsearch::evaluators actsearch::random_expr)
actsearch_test(gates_test LABELS unit
  SOURCES unit/evaluators/gates_test.cc
  DEPENDS actsearch::evaluators)
actsearch_test(evaluator_test LABELS unit
  SOURCES unit/evaluators/evaluator_test.cc support/process.cc
  DEPENDS actsearch::evaluators)
target_compile_definitions(evaluator_test PRIVATE
  ACTSEARCH_EVALUATE="$<TARGET_FILE:actsearch-evaluate>")
add_dependencies(evaluator_test actsearch-evaluate)

actsearch_test(cuda_source_test LABELS unit
  SOURCES unit/evaluators/cuda_source_test.cc
  DEPENDS actsearch::evaluators actsearch::random_expr)
# Compile device code for the host with the compiler that builds the tests.
foreach(test cuda_activation_test cuda_host_test cuda_interpreter_test)
  actsearch_test(${test} LABELS integration
    SOURCES integration/${test}.cc support/cuda_cases.cc support/cuda_host.cc
    DEPENDS actsearch::evaluators)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT "CXX=${CMAKE_CXX_COMPILER}")
endforeach()
actsearch_test(cuda_compile_test LABELS integration TIMEOUT 300
  SOURCES integration/cuda_compile_test.cc
  DEPENDS actsearch::evaluators actsearch::random_expr)

actsearch_program(train_bench SOURCES bench/train_bench.cc DEPENDS actsearch::evaluators)
actsearch_program(kernels_bench SOURCES bench/kernels_bench.cc DEPENDS actsearch::evaluators)
actsearch_program(step_bench SOURCES bench/step_bench.cc DEPENDS actsearch::evaluators)
actsearch_test(kernels_property_test LABELS property
  SOURCES property/evaluators/kernels_property_test.cc
  DEPENDS actsearch::evaluators actsearch::random_expr)

# Once more each, with less than the processor has.
foreach(test kernels_test kernels_property_test)
  foreach(kernels avx2 loops)
    add_test(NAME ${test}_${kernels} COMMAND ${test})
    set_tests_properties(${test}_${kernels} PROPERTIES TIMEOUT 120
      ENVIRONMENT "ACTSEARCH_KERNELS=${kernels}")
    get_test_property(${test} LABELS labels)
    set_tests_properties(${test}_${kernels} PROPERTIES LABELS "${labels}")
  endforeach()
endforeach()

find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(HWY QUIET IMPORTED_TARGET libhwy)
endif()
if(HWY_FOUND)
  actsearch_program(functions_bench SOURCES bench/functions_bench.cc
    DEPENDS actsearch::evaluators PkgConfig::HWY)
endif()

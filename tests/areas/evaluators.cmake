# Networks of the tasks as the evaluator builds them, and the same in double by hand.
actsearch_library(test_networks SOURCES support/networks.cc support/double_program.cc
  DEPENDS actsearch::evaluators)

actsearch_test(kernels_test LABELS unit
  SOURCES unit/evaluators/kernels/activation_test.cc unit/evaluators/kernels/attention_test.cc
    unit/evaluators/kernels/autograd_test.cc
    unit/evaluators/kernels/cross_entropy_test.cc unit/evaluators/kernels/layouts_test.cc
    unit/evaluators/kernels/machine_code_test.cc
    unit/evaluators/kernels/normalized_activation_test.cc unit/evaluators/kernels/plan_test.cc
    unit/evaluators/kernels/pooling_test.cc unit/evaluators/kernels/tensor_activation_test.cc
    unit/evaluators/kernels/tiles_test.cc unit/evaluators/kernels/walks_test.cc
  DEPENDS actsearch::evaluators actsearch::random_expr)
actsearch_test(catalogue_test LABELS unit
  SOURCES unit/evaluators/catalogue_test.cc
  DEPENDS actsearch::catalogue)
actsearch_test(gates_test LABELS unit
  SOURCES unit/evaluators/gates_test.cc
  DEPENDS actsearch::evaluators)
actsearch_test(evaluator_test LABELS unit TIMEOUT 300
  SOURCES unit/evaluators/answers_test.cc unit/evaluators/canary_test.cc
    unit/evaluators/checkpoint_test.cc unit/evaluators/evaluator_test.cc unit/evaluators/network_test.cc
    unit/evaluators/other_tasks_test.cc unit/evaluators/recipe_test.cc
    unit/evaluators/site_choice_test.cc unit/evaluators/start_test.cc
    support/process.cc
  DEPENDS actsearch::test_networks)
# With the convolutions of processors without AVX-512, which many have.
actsearch_test(convolution_test LABELS unit
  SOURCES unit/evaluators/convolution_test.cc
  DEPENDS actsearch::evaluators)
set_tests_properties(convolution_test PROPERTIES ENVIRONMENT "ONEDNN_MAX_CPU_ISA=AVX2")
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

actsearch_program(kernels_bench SOURCES bench/kernels_bench.cc DEPENDS actsearch::evaluators)
actsearch_program(norm_bench SOURCES bench/norm_bench.cc DEPENDS actsearch::evaluators)
actsearch_program(step_bench
  SOURCES bench/step/step_bench.cc bench/step/floor.cc bench/step/profile.cc
  DEPENDS actsearch::test_networks)
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

actsearch_test(zoo_conformance_test LABELS conformance TIMEOUT 300
  SOURCES conformance/evaluators/zoo_conformance_test.cc support/process.cc
  DEPENDS actsearch::test_networks)
foreach(kernels avx2 loops)
  add_test(NAME zoo_conformance_test_${kernels}
    COMMAND zoo_conformance_test --gtest_filter=*FirstGradients*)
  set_tests_properties(zoo_conformance_test_${kernels} PROPERTIES LABELS conformance TIMEOUT 120
    ENVIRONMENT "ACTSEARCH_KERNELS=${kernels}")
endforeach()

# Networks against the same ones in PyTorch, where that is installed.
find_program(ACTSEARCH_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
if(ACTSEARCH_PYTHON)
  actsearch_program(step_dump SOURCES conformance/evaluators/step_dump.cc
    DEPENDS actsearch::test_networks)
  add_test(NAME pytorch_step COMMAND ${ACTSEARCH_PYTHON}
    ${CMAKE_CURRENT_SOURCE_DIR}/conformance/evaluators/pytorch_step.py $<TARGET_FILE:step_dump>)
  set_tests_properties(pytorch_step PROPERTIES LABELS conformance TIMEOUT 120
    SKIP_RETURN_CODE 77)
endif()

# What LibTorch's autograd gets wrong silently, one test a rule.
actsearch_test(autograd_rules_test LABELS unit
  SOURCES unit/evaluators/autograd_rules/gradients_test.cc
    unit/evaluators/autograd_rules/runs_test.cc unit/evaluators/autograd_rules/state_test.cc
    support/process.cc
  DEPENDS actsearch::test_networks)
target_compile_definitions(autograd_rules_test PRIVATE
  ACTSEARCH_SOURCE_DIR="${CMAKE_SOURCE_DIR}" ACTSEARCH_EVALUATE="$<TARGET_FILE:actsearch-evaluate>")
add_dependencies(autograd_rules_test actsearch-evaluate)

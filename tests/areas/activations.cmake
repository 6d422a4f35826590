actsearch_test(activations_test LABELS unit
  SOURCES unit/activations/operators_test.cc unit/activations/space_test.cc
          unit/activations/zoo_test.cc unit/activations/zoo_float_test.cc
          unit/activations/graph_edit_test.cc unit/activations/shape_test.cc
          unit/activations/choices_test.cc unit/activations/likeness_test.cc
          unit/activations/scalar_features_test.cc
          unit/activations/eafo_test.cc unit/activations/correct_test.cc
          unit/activations/shaped_space_test.cc
  DEPENDS actsearch::search_spaces)
target_compile_definitions(activations_test PRIVATE
  ACTSEARCH_GOLDEN_DIR="${CMAKE_CURRENT_SOURCE_DIR}/golden")
actsearch_test(activations_property_test LABELS property TIMEOUT 300
  SOURCES property/activations/space_property_test.cc
  DEPENDS actsearch::search_spaces)

actsearch_test(strategies_test LABELS unit
  SOURCES unit/strategies/eafo_test.cc unit/strategies/evolution_test.cc
          unit/strategies/options_test.cc
          unit/strategies/population_test.cc unit/strategies/portfolio_test.cc
          unit/strategies/choice_tree_test.cc unit/strategies/exhaustive_test.cc
          unit/strategies/lahc_test.cc unit/strategies/layers_test.cc unit/strategies/mcts_test.cc
          unit/strategies/non_dominated_test.cc unit/strategies/pareto_test.cc
          unit/strategies/policy_network_test.cc unit/strategies/rl_test.cc
          unit/strategies/recent_quantile_test.cc unit/strategies/seeding_test.cc
          unit/strategies/gaussian_process_test.cc unit/strategies/surrogate_test.cc
          unit/bench/ranks_test.cc
  DEPENDS actsearch::strategies actsearch::bench_ranks)
actsearch_test(strategies_conformance_test LABELS conformance TIMEOUT 300
  SOURCES conformance/strategies/strategy_conformance_test.cc
          conformance/strategies/search_quality_test.cc
  DEPENDS actsearch::strategies)

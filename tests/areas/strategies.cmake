actsearch_test(strategies_test LABELS unit
  SOURCES unit/strategies/eafo_test.cc unit/strategies/evolution_test.cc
          unit/strategies/options_test.cc
          unit/strategies/population_test.cc unit/strategies/portfolio_test.cc
  DEPENDS actsearch::strategies)
actsearch_test(strategies_conformance_test LABELS conformance TIMEOUT 300
  SOURCES conformance/strategies/strategy_conformance_test.cc
          conformance/strategies/search_quality_test.cc
  DEPENDS actsearch::strategies)

#include "search_spaces/activations/zoo.h"

#include <algorithm>
#include <vector>

#include "search_spaces/activations/zoo/rows.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/primitives.h"

namespace actsearch::activations {
namespace {

struct Section {
  std::string_view number;
  std::vector<ZooRow> (*rows)();
};

constexpr Section kSections[] = {
    {"1.1", zoo::Rectifiers},  {"1.2", zoo::ExponentialUnits}, {"1.3", zoo::Sigmoids},
    {"1.4", zoo::SelfGated},   {"1.5", zoo::Periodic},         {"1.6", zoo::Bumps},
    {"1.7", zoo::Polynomials}, {"1.8", zoo::Mixtures},         {"1.9", zoo::Rationals},
    {"1.10", zoo::Statistics}, {"1.11", zoo::Training},        {"1.12", zoo::Backward},
    {"1.13", zoo::Gated},      {"1.13", zoo::Vectors},
};

std::vector<ZooRow> AllRows() {
  std::vector<ZooRow> all;
  for (const Section& section : kSections) {
    for (ZooRow row : section.rows()) {
      if (row.section.empty()) row.section = section.number;
      all.push_back(row);
    }
  }
  return all;
}

}  // namespace

const Registry<ZooRow>& Zoo() {
  static const Registry<ZooRow> rows("zoo entry", AllRows());
  return rows;
}

bool IsScalar(const ZooRow& row) { return expr::ParseScalar(row.formula).has_value(); }

bool IsPlain(const ZooRow& row) {
  const auto e = expr::ParseScalar(row.formula);
  return e && std::ranges::none_of(e->nodes, [](const expr::Node& node) {
           if (node.kind != expr::Kind::kPrimitive) return false;
           const expr::PrimitiveRow& primitive = expr::Primitives()[node.id];
           return primitive.random || !primitive.custom_gradient.empty();
         });
}

std::vector<std::string_view> ScalarNames() {
  std::vector<std::string_view> names;
  for (const ZooRow& row : Zoo().Rows()) {
    if (IsScalar(row)) names.push_back(row.name);
  }
  return names;
}

}  // namespace actsearch::activations

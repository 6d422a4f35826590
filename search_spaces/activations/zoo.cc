#include "search_spaces/activations/zoo.h"

#include <vector>

#include "search_spaces/activations/zoo/rows.h"

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
};

std::vector<ZooRow> AllRows() {
  std::vector<ZooRow> all;
  for (const Section& section : kSections) {
    for (ZooRow row : section.rows()) {
      row.section = section.number;
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

}  // namespace actsearch::activations

#include "evaluators/catalogue/parts.h"

#include <algorithm>
#include <vector>

#include "evaluators/modules/rows.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/base/names.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace actsearch::catalogue {
namespace {

std::vector<std::string_view> NamesOf(Role role) {
  std::vector<std::string_view> names;
  for (const PartInfo& part : Parts().Rows()) {
    if (part.role == role) names.push_back(part.name);
  }
  return names;
}

// A name of the zoo or a formula of x.
Result<std::string> ReadActivation(std::string_view text) {
  const auto known = activations::Zoo().Find(text);
  Result<expr::Expr> f = expr::ParseScalar(known ? (*known)->formula : text);
  if (f) return expr::Print(expr::Canonical(*f));
  return Fail(ErrorCode::kInvalid, "'" + std::string(text.substr(0, 80)) +
                                       "' is neither a function of the zoo nor a formula: " +
                                       f.error().message);
}

}  // namespace

const Registry<PartInfo>& Parts() {
#define ACTSEARCH_ROW(name) modules::name##Row(),
  static const Registry<PartInfo> rows("part", {ACTSEARCH_PARTS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

Result<std::string> ReadPart(Role role, std::string_view text) {
  if (role == Role::kActivation) return ReadActivation(text);
  const std::vector<std::string_view> names = NamesOf(role);
  if (std::ranges::find(names, text) != names.end()) return std::string(text);
  return std::unexpected(
      Error{ErrorCode::kInvalid,
            UnknownName("part for a site of role " + std::string(Name(role)), text, names).message});
}

}  // namespace actsearch::catalogue

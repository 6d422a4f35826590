#include "evaluators/catalogue/parts.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "evaluators/modules/rows.h"
#include "search_spaces/base/names.h"
#include "search_spaces/space.h"

namespace actsearch::catalogue {
namespace {

std::vector<std::string_view> NamesOf(Role role) {
  std::vector<std::string_view> names;
  for (const PartInfo& part : Parts().Rows()) {
    if (part.role == role) names.push_back(part.name);
  }
  return names;
}

Error Unknown(Role role, std::string_view text) {
  return UnknownName("part for a site of role " + std::string(Name(role)), text, NamesOf(role));
}

Result<std::string> ReadInRole(Role role, std::string_view text) {
  const std::vector<std::string_view> names = NamesOf(role);
  if (std::ranges::find(names, text) != names.end()) return std::string(text);
  Error error = Unknown(role, text);
  for (const SpaceRow& space : Spaces().Rows()) {
    if (space.role != role) continue;
    Result<NamedFunction> read = space.read(text);
    if (read) return std::move(read->text);
    error = read.error();
    if (!names.empty()) error.message += "; parts: " + ListNames(names);
  }
  return std::unexpected(std::move(error));
}

// The role for which `text` is a name, if it is one for another.
std::optional<Role> OtherRole(Role role, std::string_view text) {
  for (const PartInfo& part : Parts().Rows()) {
    if (part.role != role && part.name == text) return part.role;
  }
  for (const SpaceRow& space : Spaces().Rows()) {
    if (space.role != role && space.read(text)) return space.role;
  }
  return std::nullopt;
}

}  // namespace

const Registry<PartInfo>& Parts() {
#define ACTSEARCH_ROW(name) modules::name##Row(),
  static const Registry<PartInfo> rows("part", {ACTSEARCH_PARTS(ACTSEARCH_ROW)});
#undef ACTSEARCH_ROW
  return rows;
}

Result<std::string> ReadPart(Role role, std::string_view text) {
  Result<std::string> part = ReadInRole(role, text);
  if (part) return part;
  std::string message = part.error().message;
  if (const std::optional<Role> other = OtherRole(role, text)) {
    message += "; '" + std::string(text.substr(0, 80)) + "' can stand at sites of role " +
               std::string(Name(*other));
  }
  return Fail(ErrorCode::kInvalid, std::move(message));
}

}  // namespace actsearch::catalogue

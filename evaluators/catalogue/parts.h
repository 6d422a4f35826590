// The torch-free half of the part table: what can stand at a site besides a searched
// candidate. A candidate of a space, or the name of one of its zoo, stands at sites of the
// role that the space fills; the rows here are the others. Constant; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "search_spaces/base/error.h"
#include "search_spaces/base/registry.h"
#include "search_spaces/site.h"

namespace actsearch::catalogue {

struct PartInfo {
  std::string_view name;
  std::string_view doc;
  Role role;
  std::vector<std::string_view> inside = {};  // sites that it has: norm, activation, gate
};

const Registry<PartInfo>& Parts();

// A part as a site spells it: a row of this role, or a known name or text of a space that fills
// the role; in canonical text. kInvalid says what is known, or where else the name can stand.
Result<std::string> ReadPart(Role role, std::string_view text);

}  // namespace actsearch::catalogue

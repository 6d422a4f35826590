#include "search_spaces/activations/activations.h"
#include "search_spaces/space.h"

namespace actsearch {

const Registry<SpaceRow>& Spaces() {
  static const Registry<SpaceRow> rows(
      "space",
      {
          {"activations", "Scalar activation functions f(x).", activations::MakeActivations},
      });
  return rows;
}

Result<std::unique_ptr<Space>> MakeSpace(const SpaceSpec& spec) {
  const Result<const SpaceRow*> row = Spaces().Find(spec.name);
  if (!row) return Fail(ErrorCode::kInvalid, "space.name: " + row.error().message);
  return (*row)->make(spec);
}

}  // namespace actsearch

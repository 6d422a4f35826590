#include "search_spaces/activations/activations.h"
#include "search_spaces/activations/zoo.h"
#include "search_spaces/slots_space.h"
#include "search_spaces/space.h"

namespace actsearch {

const Registry<SpaceRow>& Spaces() {
  static const Registry<SpaceRow> rows(
      "space",
      {
          {"activations", "Scalar activation functions f(x).", Role::kActivation,
           activations::ScalarNames, activations::ReadActivation, activations::MakeActivations},
      });
  return rows;
}

Result<std::unique_ptr<Space>> MakeSpace(const SpaceSpec& spec) {
  const Result<const SpaceRow*> row = Spaces().Find(spec.name);
  if (!row) return Fail(ErrorCode::kInvalid, "space.name: " + row.error().message);
  if (spec.slots < 1 || spec.slots > kMaxSlots) {
    return Fail(ErrorCode::kInvalid, "space.slots is " + std::to_string(spec.slots) +
                                         "; it must be from 1 to " + std::to_string(kMaxSlots));
  }
  Result<std::unique_ptr<Space>> space = (*row)->make(spec);
  if (!space) return space;
  if (spec.slots > 1) return MakeSlotsSpace(std::move(*space), spec.slots, spec.absorbs);
  if (!spec.absorbs.empty()) (*space)->SetAbsorbs(spec.absorbs.front());
  return space;
}

}  // namespace actsearch

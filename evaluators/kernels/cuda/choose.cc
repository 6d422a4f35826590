#include "evaluators/kernels/cuda/choose.h"

namespace actsearch::kernels::cuda {

Way Choose(const Use& use, const Policy& policy) {
  if (!use.interpretable || use.repairs) return Way::kCompiled;
  if (use.candidates >= policy.candidates) return Way::kInterpreted;
  if (use.compiled || use.launches >= policy.launches || use.elements >= policy.elements) {
    return Way::kCompiled;
  }
  return Way::kInterpreted;
}

}  // namespace actsearch::kernels::cuda

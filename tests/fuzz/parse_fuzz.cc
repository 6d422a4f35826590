// Any bytes: Parse answers with a formula or an error, and everything that is done
// with a parsed candidate before it is trained holds its promises.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "search_spaces/base/check.h"
#include "search_spaces/expr/derive.h"
#include "search_spaces/expr/evaluate.h"
#include "search_spaces/expr/fingerprint.h"
#include "search_spaces/expr/parse.h"
#include "search_spaces/expr/print.h"
#include "search_spaces/expr/simplify.h"

namespace {

using namespace actsearch::expr;

void CheckRoundTrip(const Expr& e) {
  Limits wide;  // a printed formula may be longer than what was read
  wide.max_length = 1 << 20;
  const auto again = Parse(Print(e), wide);
  ACTSEARCH_CHECK(again.has_value(), Print(e) + ": " + again.error().message);
  ACTSEARCH_CHECK(*again == e, Print(e) + " reads as " + Print(*again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto e = Parse({reinterpret_cast<const char*>(data), size});
  if (!e) {
    ACTSEARCH_CHECK(e.error().message.starts_with("column "), e.error().message);
    return 0;
  }
  CheckRoundTrip(*e);
  const Expr canonical = Canonical(*e);
  ACTSEARCH_CHECK(canonical.nodes.size() <= 256, Print(canonical));
  CheckRoundTrip(canonical);
  ACTSEARCH_CHECK(Canonical(canonical) == canonical,
                  "not idempotent: " + Print(*e) + " -> " + Print(canonical));
  ACTSEARCH_CHECK(FingerprintOf(*e) == FingerprintOf(*e), Print(*e));
  const Expr slope = IsPointwise(canonical) ? DeriveInput(canonical, 1) : canonical;
  Evaluate(slope, 0.5, -0.25, InitialParameters(slope));
  if (IsPointwise(canonical)) Derive(canonical);
  return 0;
}

#include "search_spaces/activations/numbers.h"

#include <charconv>

namespace actsearch::activations {

double RoundedNumber(double value) {
  char text[32];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::scientific, 2).ptr;
  std::from_chars(text, end, value);
  return value;
}

}  // namespace actsearch::activations

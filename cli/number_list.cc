#include "cli/number_list.h"

#include <charconv>
#include <cmath>

#include "cli/output.h"

namespace actsearch::cli {
namespace {

Expected<double> ReadNumber(std::string_view option, std::string_view text) {
  constexpr std::size_t kShown = 40;
  const auto refuse = [&](std::string_view why) {
    return Fail(kUsage, std::string(option) + ": '" + Printable(text.substr(0, kShown)) + "' " +
                            std::string(why));
  };
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);  // which from_chars does not know
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error == std::errc::result_out_of_range) return refuse("is beyond double precision");
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return refuse("is not a number; give numbers separated by commas");
  }
  if (!std::isfinite(value)) return refuse("is not finite; for a limit give a large number");
  return value;
}

}  // namespace

Expected<std::vector<double>> ReadNumbers(std::string_view option, std::string_view text,
                                          std::size_t most) {
  if (text.find_first_not_of(' ') == std::string_view::npos) {
    return Fail(kUsage, std::string(option) + ": no number; give some separated by commas");
  }
  std::vector<double> numbers;
  while (true) {
    if (numbers.size() == most) {
      return Fail(kUsage, std::string(option) + ": more than " + std::to_string(most) +
                              " numbers; give fewer at a time");
    }
    const auto comma = text.find(',');
    const auto number = ReadNumber(option, text.substr(0, comma));
    if (!number) return std::unexpected(number.error());
    numbers.push_back(*number);
    if (comma == std::string_view::npos) return numbers;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace actsearch::cli

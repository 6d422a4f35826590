// Two curves over one interval, drawn with characters. Pure; any thread.
#pragma once

#include <string>
#include <vector>

namespace actsearch::cli {

// Values at equally spaced points from `low` to `high`, both included; what is not
// finite is left out.
struct Plot {
  double low = 0;
  double high = 1;
  std::vector<double> solid;   // a line; its range is the plot's, about
  std::vector<double> dotted;  // points; cut where it leaves the plot by far
};

// 65 by 16 characters and axes with numbers, each line ended. Braille characters when
// `utf8`, else '*' for the line and '.' for the points.
std::string Draw(const Plot& plot, bool utf8);

}  // namespace actsearch::cli

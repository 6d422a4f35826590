// The sixteen glyphs as data: strokes of lines and circular arcs in the square
// [-1, 1] x [-1, 1], y down. Read by the generator only. Constant; any thread.
#pragma once

#include <span>
#include <string_view>

namespace actsearch::datasets {

// From (x0, y0) to (x1, y1). The bulge is the tangent of a quarter of the arc's angle:
// 0 is a line, 1 a half circle, positive to the left of the way as seen.
struct Stroke {
  float x0, y0, x1, y1;
  float bulge = 0;
};

struct Glyph {
  std::string_view name;
  std::span<const Stroke> strokes;
};

// The order is that of the labels.
std::span<const Glyph> Glyphs();

}  // namespace actsearch::datasets

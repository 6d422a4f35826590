#include "cli/plot.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "cli/output.h"
#include "search_spaces/base/check.h"

namespace actsearch::cli {
namespace {

constexpr int kColumns = 65;  // odd: the middle of the interval is a column
constexpr int kRows = 16;

// What a terminal's locale lets us draw with.
struct Pen {
  int across, down;  // pixels of a character
  const char *rise, *level, *cross, *tick, *corner, *foot;
};
constexpr Pen kBraillePen = {2, 4, "│", "─", "┼", "┤", "└", "┴"};
constexpr Pen kAsciiPen = {1, 1, "|", "-", "+", "+", "+", "+"};

struct Window {
  double bottom, top;
};

// Room for the whole line, and for points up to the line's height beyond it.
Window WindowOf(const Plot& plot) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const double y : plot.solid) {
    if (!std::isfinite(y)) continue;
    low = std::min(low, y);
    high = std::max(high, y);
  }
  if (low > high) return {0, 1};
  const double height = high - low;
  const Window room = {low - height, high + height};
  for (const double y : plot.dotted) {
    if (!std::isfinite(y)) continue;
    low = std::min(low, std::max(y, room.bottom));
    high = std::max(high, std::min(y, room.top));
  }
  if (low == high) return {low - 1, high + 1};
  return {low, high};
}

class Canvas {
 public:
  Canvas(const Pen& pen, Window window)
      : window_(window),
        width_(kColumns * pen.across),
        height_(kRows * pen.down),
        pixels_(static_cast<std::size_t>(width_) * height_) {}

  int Width() const { return width_; }
  // The pixel row of y; outside [0, height) when y is outside the window.
  int RowOf(double y) const {
    const double row = (window_.top - y) / (window_.top - window_.bottom) * (height_ - 1);
    return static_cast<int>(std::lround(std::clamp(row, -1.0, height_ * 1.0)));
  }
  void Set(int column, int row) {
    if (row >= 0 && row < height_) pixels_[Index(column, row)] = true;
  }
  bool Has(int column, int row) const { return pixels_[Index(column, row)]; }

 private:
  std::size_t Index(int column, int row) const {
    return static_cast<std::size_t>(row) * width_ + column;
  }

  Window window_;
  int width_;
  int height_;
  std::vector<bool> pixels_;
};

// Each column gets all rows that the line passes there, and those that join it to the last.
void DrawLine(std::span<const double> y, Canvas& canvas) {
  double last = std::nan("");
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto column = static_cast<int>(
        std::lround(static_cast<double>(i) * (canvas.Width() - 1) / (y.size() - 1)));
    if (std::isfinite(y[i])) {
      const int row = canvas.RowOf(y[i]);
      const int from = std::isfinite(last) ? canvas.RowOf(last) : row;
      for (int r = std::min(row, from); r <= std::max(row, from); ++r) canvas.Set(column, r);
    }
    last = y[i];
  }
}

void DrawPoints(std::span<const double> y, int spacing, Canvas& canvas) {
  for (int column = 0; column < canvas.Width(); column += spacing) {
    const auto i = static_cast<std::size_t>(
        std::lround(static_cast<double>(column) * (y.size() - 1) / (canvas.Width() - 1)));
    if (std::isfinite(y[i])) canvas.Set(column, canvas.RowOf(y[i]));
  }
}

// The pixels of one character as Unicode numbers them, in UTF-8; empty when none is set.
std::string Braille(const Canvas& line, const Canvas& points, int column, int row) {
  constexpr std::uint8_t kBits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  unsigned bits = 0;
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 2; ++c) {
      if (line.Has(2 * column + c, 4 * row + r) || points.Has(2 * column + c, 4 * row + r)) {
        bits |= kBits[r][c];
      }
    }
  }
  if (bits == 0) return "";
  const char bytes[] = {'\xE2', static_cast<char>(0xA0 | bits >> 6),
                        static_cast<char>(0x80 | (bits & 0x3F))};
  return {bytes, sizeof bytes};
}

std::string Ascii(const Canvas& line, const Canvas& points, int column, int row) {
  if (line.Has(column, row)) return "*";
  return points.Has(column, row) ? "." : "";
}

std::string Padded(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

// Below the curves: a line with ticks at both ends and in the middle, and their numbers.
std::string Feet(const Plot& plot, const Pen& pen, std::size_t margin) {
  std::string text = std::string(margin + 1, ' ') + pen.corner;
  for (int c = 0; c < kColumns; ++c) {
    const bool tick = c == 0 || c == kColumns / 2 || c == kColumns - 1;
    text += tick ? pen.foot : pen.level;
  }
  std::string numbers(margin, ' ');
  for (const int c : {0, kColumns / 2, kColumns - 1}) {
    const std::string number = Short(plot.low + (plot.high - plot.low) * c / (kColumns - 1), 3);
    const std::size_t at = margin + 2 + c - number.size() / 2;
    numbers.resize(std::max(numbers.size(), at), ' ');
    numbers += number;
  }
  return text + "\n" + numbers + "\n";
}

// The curves with the axes x = 0 and y = 0 (-1: outside) where cells are free; no trailing spaces.
std::string Cells(const Canvas& line, const Canvas& points, int row, int zero_row, int zero_column,
                  bool utf8) {
  const Pen& pen = utf8 ? kBraillePen : kAsciiPen;
  std::string cells;
  std::size_t end = 0;
  for (int column = 0; column < kColumns; ++column) {
    std::string cell = utf8 ? Braille(line, points, column, row) : Ascii(line, points, column, row);
    const bool level = row == zero_row;
    const bool rise = column == zero_column;
    if (cell.empty() && (level || rise)) {
      cell = level && rise ? pen.cross : level ? pen.level : pen.rise;
    }
    cells += cell.empty() ? " " : cell;
    if (!cell.empty()) end = cells.size();
  }
  return cells.substr(0, end);
}

}  // namespace

std::string Draw(const Plot& plot, bool utf8) {
  ACTSEARCH_CHECK(plot.solid.size() > 1 && plot.dotted.size() > 1, "curves have two ends");
  const Pen& pen = utf8 ? kBraillePen : kAsciiPen;
  const Window window = WindowOf(plot);
  Canvas line(pen, window);
  Canvas points(pen, window);
  DrawLine(plot.solid, line);
  DrawPoints(plot.dotted, utf8 ? 4 : 1, points);
  const bool has_zero = window.bottom <= 0 && window.top >= 0;
  const int zero_row = has_zero ? line.RowOf(0) / pen.down : -1;
  const int zero_column = plot.low == -plot.high ? kColumns / 2 : -1;
  std::vector<std::string> labels(kRows);
  labels.front() = Short(window.top, 3);
  labels.back() = Short(window.bottom, 3);
  if (has_zero) labels[zero_row] = "0";
  std::size_t margin = 0;
  for (const std::string& label : labels) margin = std::max(margin, label.size());
  std::string text;
  for (int row = 0; row < kRows; ++row) {
    text += Padded(labels[row], margin) + " " + (labels[row].empty() ? pen.rise : pen.tick) +
            Cells(line, points, row, zero_row, zero_column, utf8) + "\n";
  }
  return text + Feet(plot, pen, margin);
}

}  // namespace actsearch::cli

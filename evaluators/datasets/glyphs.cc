#include "evaluators/datasets/glyphs.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <utility>

#include "evaluators/datasets/divide.h"
#include "evaluators/datasets/glyph_shapes.h"
#include "search_spaces/base/rng.h"

namespace actsearch::datasets {
namespace {

constexpr int kSide = 28;
constexpr int kPieces = 6;  // straight pieces of a stroke, so that lines too can bend

// How much the drawings vary. Chosen so that the task's 128-128 network with ReLU ends
// between 80 and 95 % after its 300 steps.
constexpr double kTurn = 0.28;  // rotation, radians to either side
constexpr double kShear = 0.25;
constexpr double kLeastScale = 0.7;  // of 10 pixels, for each axis
constexpr double kMostScale = 1.1;
constexpr double kShift = 1.5;     // pixels to either side
constexpr double kJitter = 0.35;   // standard deviation of a point, pixels
constexpr double kWarp = 1.2;      // amplitude of the elastic warp, pixels
constexpr double kLeastPen = 0.6;  // half the width of a line, pixels
constexpr double kMostPen = 1.4;
constexpr double kLeastInk = 0.55;  // of full white
constexpr double kNoise = 0.13;     // standard deviation of a pixel

struct Point {
  double x = 0;
  double y = 0;
};

using Canvas = std::array<float, kSide * kSide>;

// The point at share t of a stroke, in the glyph's own square.
Point Along(const Stroke& s, double t) {
  const Point chord{s.x1 - s.x0, s.y1 - s.y0};
  if (s.bulge == 0) return {s.x0 + t * chord.x, s.y0 + t * chord.y};
  // The centre lies on the normal through the middle of the chord.
  const double off = (1 - s.bulge * s.bulge) / (4 * s.bulge);
  const Point centre{(s.x0 + s.x1) / 2 - off * chord.y, (s.y0 + s.y1) / 2 + off * chord.x};
  const double angle = t * 4 * std::atan(s.bulge);
  const Point from{s.x0 - centre.x, s.y0 - centre.y};
  return {centre.x + std::cos(angle) * from.x - std::sin(angle) * from.y,
          centre.y + std::sin(angle) * from.x + std::cos(angle) * from.y};
}

// One way to bend the plane: an affine map, then a smooth random displacement
// (two sine waves for each axis), from glyph square to pixels.
class Distortion {
 public:
  explicit Distortion(Rng& rng) {
    const double turn = rng.Uniform(-kTurn, kTurn);
    const double shear = rng.Uniform(-kShear, kShear);
    const double sx = 10 * rng.Uniform(kLeastScale, kMostScale);
    const double sy = 10 * rng.Uniform(kLeastScale, kMostScale);
    a_ = {std::cos(turn) * sx, (std::cos(turn) * shear - std::sin(turn)) * sy};
    b_ = {std::sin(turn) * sx, (std::sin(turn) * shear + std::cos(turn)) * sy};
    shift_ = {kSide / 2.0 + rng.Uniform(-kShift, kShift),
              kSide / 2.0 + rng.Uniform(-kShift, kShift)};
    for (Wave& wave : waves_) {
      wave = {{rng.Uniform(-0.3, 0.3), rng.Uniform(-0.3, 0.3)},
              rng.Uniform(0, 2 * std::numbers::pi),
              rng.Uniform(0, kWarp)};
    }
  }

  Point operator()(Point p) const {
    const Point q{a_.x * p.x + a_.y * p.y + shift_.x, b_.x * p.x + b_.y * p.y + shift_.y};
    return {q.x + waves_[0].At(q) + waves_[1].At(q), q.y + waves_[2].At(q) + waves_[3].At(q)};
  }

 private:
  struct Wave {
    Point frequency;  // radians a pixel
    double phase = 0;
    double amplitude = 0;
    double At(Point p) const {
      return amplitude * std::sin(frequency.x * p.x + frequency.y * p.y + phase);
    }
  };

  Point a_;
  Point b_;
  Point shift_;
  std::array<Wave, 4> waves_;
};

double Distance(Point p, Point a, Point b) {
  const Point ab{b.x - a.x, b.y - a.y};
  const Point ap{p.x - a.x, p.y - a.y};
  const double length = ab.x * ab.x + ab.y * ab.y;
  const double t = length > 0 ? std::clamp((ap.x * ab.x + ap.y * ab.y) / length, 0.0, 1.0) : 0;
  return std::hypot(ap.x - t * ab.x, ap.y - t * ab.y);
}

struct Pen {
  double half_width = 1;  // pixels
  double ink = 1;
};

// Adds a line with soft edges one pixel wide; where lines meet the brighter one counts.
void DrawLine(Point a, Point b, const Pen& pen, Canvas& canvas) {
  const double reach = pen.half_width + 0.5;
  const auto first = [&](double v) {
    return std::clamp(static_cast<int>(std::floor(v - reach)), 0, kSide);
  };
  const auto last = [&](double v) {
    return std::clamp(static_cast<int>(std::ceil(v + reach)), 0, kSide);
  };
  for (int y = first(std::min(a.y, b.y)); y < last(std::max(a.y, b.y)); ++y) {
    for (int x = first(std::min(a.x, b.x)); x < last(std::max(a.x, b.x)); ++x) {
      const double cover = std::clamp(reach - Distance({x + 0.5, y + 0.5}, a, b), 0.0, 1.0);
      float& pixel = canvas[y * kSide + x];
      pixel = std::max(pixel, static_cast<float>(pen.ink * cover));
    }
  }
}

void DrawStroke(const Stroke& stroke, const Distortion& distortion, const Pen& pen, Rng& rng,
                Canvas& canvas) {
  Point before;
  for (int i = 0; i <= kPieces; ++i) {
    Point p = distortion(Along(stroke, static_cast<double>(i) / kPieces));
    p.x += kJitter * rng.Normal();
    p.y += kJitter * rng.Normal();
    if (i > 0) DrawLine(before, p, pen, canvas);
    before = p;
  }
}

// Up to two short lines anywhere that belong to no glyph.
void DrawScratches(Rng& rng, Canvas& canvas) {
  for (std::size_t left = rng.Below(3); left > 0; --left) {
    const Point a{rng.Uniform(0, kSide), rng.Uniform(0, kSide)};
    const double angle = rng.Uniform(0, 2 * std::numbers::pi);
    const double length = rng.Uniform(3, 9);
    DrawLine(a, {a.x + length * std::cos(angle), a.y + length * std::sin(angle)},
             {rng.Uniform(0.4, 0.9), rng.Uniform(0.3, 0.8)}, canvas);
  }
}

// Roughly normal, standard deviation 1: the sum of four uniform values from one draw.
double CheapNormal(Rng& rng) {
  const std::uint64_t bits = rng.Bits();
  double sum = 0;
  for (int shift = 0; shift < 64; shift += 16) sum += static_cast<double>((bits >> shift) & 0xffff);
  return (sum / 65535 - 2) * std::numbers::sqrt3;
}

void AppendImage(std::size_t label, Rng rng, ByteImages& images) {
  Canvas canvas{};
  const Distortion distortion(rng);
  const Pen pen{rng.Uniform(kLeastPen, kMostPen), rng.Uniform(kLeastInk, 1)};
  for (const Stroke& stroke : Glyphs()[label].strokes) {
    DrawStroke(stroke, distortion, pen, rng, canvas);
  }
  DrawScratches(rng, canvas);
  for (const float pixel : canvas) {
    const double soiled = std::clamp(pixel + kNoise * CheapNormal(rng), 0.0, 1.0);
    images.pixels.push_back(static_cast<std::uint8_t>(std::lround(255 * soiled)));
  }
  images.labels.push_back(static_cast<std::uint16_t>(label));
}

ByteImages DrawPart(const Rng& root, std::string_view part, std::size_t count) {
  ByteImages images{1, kSide, kSide, {}, {}};
  images.pixels.reserve(count * images.ImageSize());
  for (std::size_t i = 0; i < count; ++i) {
    AppendImage(i % Glyphs().size(), root.Fork(part, i), images);
  }
  return images;
}

}  // namespace

Result<std::unique_ptr<const Dataset>> MakeGlyphs(const GlyphOptions& options) {
  const Rng root(options.seed);
  return Divide("glyphs", static_cast<int>(Glyphs().size()),
                {.train = DrawPart(root, "pool", options.pool),
                 .valid = {},
                 .test = DrawPart(root, "final", options.final)});
}

Result<std::unique_ptr<const Dataset>> LoadGlyphs(const Source&) {
  return MakeGlyphs({});
}

}  // namespace actsearch::datasets

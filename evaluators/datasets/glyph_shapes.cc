#include "evaluators/datasets/glyph_shapes.h"

namespace actsearch::datasets {
namespace {

// Half of them come in pairs that differ in one stroke, or in where it is, so that
// there is something left to learn after the coarse shape.
constexpr Stroke kRing[] = {{-0.8F, 0, 0.8F, 0, 1}, {0.8F, 0, -0.8F, 0, 1}};
constexpr Stroke kRingBar[] = {{-0.8F, 0, 0.8F, 0, 1}, {0.8F, 0, -0.8F, 0, 1}, {-0.8F, 0, 0.8F, 0}};
constexpr Stroke kRingTail[] = {
    {-0.8F, 0, 0.8F, 0, 1}, {0.8F, 0, -0.8F, 0, 1}, {0.2F, 0.2F, 0.9F, 0.9F}};
constexpr Stroke kPlus[] = {{0, -0.9F, 0, 0.9F}, {-0.9F, 0, 0.9F, 0}};
constexpr Stroke kDagger[] = {{0, -0.9F, 0, 0.9F}, {-0.7F, -0.4F, 0.7F, -0.4F}};
constexpr Stroke kTee[] = {{0, -0.9F, 0, 0.9F}, {-0.8F, -0.9F, 0.8F, -0.9F}};
constexpr Stroke kHook[] = {
    {0.3F, -0.9F, 0.3F, 0.4F}, {0.3F, 0.4F, -0.6F, 0.4F, 1}, {-0.3F, -0.9F, 0.8F, -0.9F}};
constexpr Stroke kZed[] = {
    {-0.7F, -0.9F, 0.7F, -0.9F}, {0.7F, -0.9F, -0.7F, 0.9F}, {-0.7F, 0.9F, 0.7F, 0.9F}};
constexpr Stroke kZedBar[] = {{-0.7F, -0.9F, 0.7F, -0.9F},
                              {0.7F, -0.9F, -0.7F, 0.9F},
                              {-0.7F, 0.9F, 0.7F, 0.9F},
                              {-0.5F, 0, 0.5F, 0}};
constexpr Stroke kTwo[] = {
    {-0.7F, -0.4F, 0.7F, -0.3F, 1}, {0.7F, -0.3F, -0.7F, 0.9F}, {-0.7F, 0.9F, 0.7F, 0.9F}};
constexpr Stroke kEss[] = {{0.6F, -0.7F, 0, 0, -1.3F}, {0, 0, -0.6F, 0.7F, 1.3F}};
constexpr Stroke kTent[] = {{0, -0.9F, -0.8F, 0.9F}, {0, -0.9F, 0.8F, 0.9F}};
constexpr Stroke kTentBar[] = {
    {0, -0.9F, -0.8F, 0.9F}, {0, -0.9F, 0.8F, 0.9F}, {-0.4F, 0.2F, 0.4F, 0.2F}};
constexpr Stroke kTriangle[] = {
    {0, -0.9F, -0.8F, 0.9F}, {0, -0.9F, 0.8F, 0.9F}, {-0.8F, 0.9F, 0.8F, 0.9F}};
constexpr Stroke kFork[] = {{-0.7F, -0.8F, 0.7F, -0.8F, -1}, {0, -0.9F, 0, 0.9F}};
constexpr Stroke kArrow[] = {
    {0, -0.9F, 0, 0.9F}, {0, -0.9F, -0.6F, -0.2F}, {0, -0.9F, 0.6F, -0.2F}};

constexpr Glyph kGlyphs[] = {
    {"ring", kRing},        {"ring-bar", kRingBar},  {"ring-tail", kRingTail},
    {"plus", kPlus},        {"dagger", kDagger},     {"tee", kTee},
    {"hook", kHook},        {"zed", kZed},           {"zed-bar", kZedBar},
    {"two", kTwo},          {"ess", kEss},           {"tent", kTent},
    {"tent-bar", kTentBar}, {"triangle", kTriangle}, {"fork", kFork},
    {"arrow", kArrow}};

}  // namespace

std::span<const Glyph> Glyphs() { return kGlyphs; }

}  // namespace actsearch::datasets

// Equations of the Feynman lectures with the ranges of their variables as in the Feynman Symbolic
// Regression Database (Udrescu and Tegmark 2020, "AI Feynman", arXiv 1905.11481, tables 4 and 5).
// Constant; any thread.
#pragma once

#include <cmath>
#include <numbers>
#include <span>
#include <string_view>

namespace actsearch::datasets {

struct EquationVariable {
  std::string_view name;
  double low = 1;
  double high = 5;
};

struct Equation {
  std::string_view name;  // volume.chapter.number
  std::string_view text;
  std::span<const EquationVariable> variables;
  double (*value)(const double* v);  // variables in their order
};

inline constexpr EquationVariable kI_6_20a[] = {{"theta", 1, 3}};
inline constexpr EquationVariable kI_6_20[] = {{"sigma", 1, 3}, {"theta", 1, 3}};
inline constexpr EquationVariable kI_6_20b[] = {{"sigma", 1, 3}, {"theta", 1, 3}, {"theta1", 1, 3}};
inline constexpr EquationVariable kI_8_14[] = {{"x1"}, {"x2"}, {"y1"}, {"y2"}};
inline constexpr EquationVariable kI_10_7[] = {{"m0"}, {"v", 1, 2}, {"c", 3, 10}};
inline constexpr EquationVariable kI_11_19[] = {{"x1"}, {"x2"}, {"x3"}, {"y1"}, {"y2"}, {"y3"}};
inline constexpr EquationVariable kI_12_1[] = {{"mu"}, {"Nn"}};
inline constexpr EquationVariable kI_12_2[] = {{"q1"}, {"q2"}, {"epsilon"}, {"r"}};
inline constexpr EquationVariable kI_12_11[] = {{"q"}, {"Ef"}, {"B"}, {"v"}, {"theta"}};
inline constexpr EquationVariable kI_13_4[] = {{"m"}, {"v"}, {"u"}, {"w"}};
inline constexpr EquationVariable kI_13_12[] = {{"m1"}, {"m2"}, {"r1"}, {"r2"}, {"G"}};
inline constexpr EquationVariable kI_14_4[] = {{"k"}, {"x"}};
inline constexpr EquationVariable kI_15_1[] = {{"m0"}, {"v", 1, 2}, {"c", 3, 10}};
inline constexpr EquationVariable kI_16_6[] = {{"c"}, {"v"}, {"u"}};
inline constexpr EquationVariable kI_18_4[] = {{"m1"}, {"m2"}, {"r1"}, {"r2"}};
inline constexpr EquationVariable kI_18_12[] = {{"r"}, {"F"}, {"theta", 0, 5}};
inline constexpr EquationVariable kI_24_6[] = {{"m", 1, 3}, {"w", 1, 3}, {"w0", 1, 3}, {"x", 1, 3}};
inline constexpr EquationVariable kI_27_6[] = {{"d1"}, {"d2"}, {"n"}};
inline constexpr EquationVariable kI_29_16[] = {{"x1"}, {"x2"}, {"theta1"}, {"theta2"}};
inline constexpr EquationVariable kI_34_1[] = {{"c", 3, 10}, {"v", 1, 2}, {"omega0"}};
inline constexpr EquationVariable kI_37_4[] = {{"I1"}, {"I2"}, {"delta"}};
inline constexpr EquationVariable kI_40_1[] = {{"n0"}, {"m"}, {"x"}, {"T"}, {"g"}, {"kb"}};
inline constexpr EquationVariable kI_41_16[] = {{"omega"}, {"T"}, {"h"}, {"kb"}, {"c"}};
inline constexpr EquationVariable kI_44_4[] = {{"n"}, {"kb"}, {"T"}, {"V1"}, {"V2"}};
inline constexpr EquationVariable kI_47_23[] = {{"gamma"}, {"pr"}, {"rho"}};
inline constexpr EquationVariable kI_50_26[] = {
    {"x1", 1, 3}, {"omega", 1, 3}, {"t", 1, 3}, {"alpha", 1, 3}};
inline constexpr EquationVariable kII_35_21[] = {{"n"}, {"mom"}, {"B"}, {"kb"}, {"T"}};
inline constexpr EquationVariable kIII_10_19[] = {{"mom"}, {"Bx"}, {"By"}, {"Bz"}};

inline constexpr Equation kEquations[] = {
    {"I.6.20a", "exp(-theta^2 / 2) / sqrt(2 pi)", kI_6_20a,
     [](const double* v) { return std::exp(-v[0] * v[0] / 2) / std::sqrt(2 * std::numbers::pi); }},
    {"I.6.20", "exp(-(theta / sigma)^2 / 2) / (sqrt(2 pi) sigma)", kI_6_20,
     [](const double* v) {
       return std::exp(-(v[1] / v[0]) * (v[1] / v[0]) / 2) /
              (std::sqrt(2 * std::numbers::pi) * v[0]);
     }},
    {"I.6.20b", "exp(-((theta - theta1) / sigma)^2 / 2) / (sqrt(2 pi) sigma)", kI_6_20b,
     [](const double* v) {
       return std::exp(-((v[1] - v[2]) / v[0]) * ((v[1] - v[2]) / v[0]) / 2) /
              (std::sqrt(2 * std::numbers::pi) * v[0]);
     }},
    {"I.8.14", "sqrt((x2 - x1)^2 + (y2 - y1)^2)", kI_8_14,
     [](const double* v) { return std::hypot(v[1] - v[0], v[3] - v[2]); }},
    {"I.10.7", "m0 / sqrt(1 - v^2 / c^2)", kI_10_7,
     [](const double* v) { return v[0] / std::sqrt(1 - v[1] * v[1] / (v[2] * v[2])); }},
    {"I.11.19", "x1 y1 + x2 y2 + x3 y3", kI_11_19,
     [](const double* v) { return v[0] * v[3] + v[1] * v[4] + v[2] * v[5]; }},
    {"I.12.1", "mu Nn", kI_12_1, [](const double* v) { return v[0] * v[1]; }},
    {"I.12.2", "q1 q2 / (4 pi epsilon r^2)", kI_12_2,
     [](const double* v) { return v[0] * v[1] / (4 * std::numbers::pi * v[2] * v[3] * v[3]); }},
    {"I.12.11", "q (Ef + B v sin(theta))", kI_12_11,
     [](const double* v) { return v[0] * (v[1] + v[2] * v[3] * std::sin(v[4])); }},
    {"I.13.4", "m (v^2 + u^2 + w^2) / 2", kI_13_4,
     [](const double* v) { return 0.5 * v[0] * (v[1] * v[1] + v[2] * v[2] + v[3] * v[3]); }},
    {"I.13.12", "G m1 m2 (1 / r2 - 1 / r1)", kI_13_12,
     [](const double* v) { return v[4] * v[0] * v[1] * (1 / v[3] - 1 / v[2]); }},
    {"I.14.4", "k x^2 / 2", kI_14_4, [](const double* v) { return 0.5 * v[0] * v[1] * v[1]; }},
    {"I.15.1", "m0 v / sqrt(1 - v^2 / c^2)", kI_15_1,
     [](const double* v) { return v[0] * v[1] / std::sqrt(1 - v[1] * v[1] / (v[2] * v[2])); }},
    {"I.16.6", "(u + v) / (1 + u v / c^2)", kI_16_6,
     [](const double* v) { return (v[2] + v[1]) / (1 + v[2] * v[1] / (v[0] * v[0])); }},
    {"I.18.4", "(m1 r1 + m2 r2) / (m1 + m2)", kI_18_4,
     [](const double* v) { return (v[0] * v[2] + v[1] * v[3]) / (v[0] + v[1]); }},
    {"I.18.12", "r F sin(theta)", kI_18_12,
     [](const double* v) { return v[0] * v[1] * std::sin(v[2]); }},
    {"I.24.6", "m (w^2 + w0^2) x^2 / 4", kI_24_6,
     [](const double* v) { return 0.25 * v[0] * (v[1] * v[1] + v[2] * v[2]) * v[3] * v[3]; }},
    {"I.27.6", "1 / (1 / d1 + n / d2)", kI_27_6,
     [](const double* v) { return 1 / (1 / v[0] + v[2] / v[1]); }},
    {"I.29.16", "sqrt(x1^2 + x2^2 - 2 x1 x2 cos(theta1 - theta2))", kI_29_16,
     [](const double* v) {
       return std::sqrt(v[0] * v[0] + v[1] * v[1] - 2 * v[0] * v[1] * std::cos(v[2] - v[3]));
     }},
    {"I.34.1", "omega0 / (1 - v / c)", kI_34_1,
     [](const double* v) { return v[2] / (1 - v[1] / v[0]); }},
    {"I.37.4", "I1 + I2 + 2 sqrt(I1 I2) cos(delta)", kI_37_4,
     [](const double* v) { return v[0] + v[1] + 2 * std::sqrt(v[0] * v[1]) * std::cos(v[2]); }},
    {"I.40.1", "n0 exp(-m g x / (kb T))", kI_40_1,
     [](const double* v) { return v[0] * std::exp(-v[1] * v[4] * v[2] / (v[5] * v[3])); }},
    {"I.41.16", "(h / (2 pi)) omega^3 / (pi^2 c^2 (exp(h omega / (2 pi kb T)) - 1))", kI_41_16,
     [](const double* v) {
       return v[2] / (2 * std::numbers::pi) * v[0] * v[0] * v[0] /
              (std::numbers::pi * std::numbers::pi * v[4] * v[4] *
               (std::exp(v[2] / (2 * std::numbers::pi) * v[0] / (v[3] * v[1])) - 1));
     }},
    {"I.44.4", "n kb T log(V2 / V1)", kI_44_4,
     [](const double* v) { return v[0] * v[1] * v[2] * std::log(v[4] / v[3]); }},
    {"I.47.23", "sqrt(gamma pr / rho)", kI_47_23,
     [](const double* v) { return std::sqrt(v[0] * v[1] / v[2]); }},
    {"I.50.26", "x1 (cos(omega t) + alpha cos(omega t)^2)", kI_50_26,
     [](const double* v) {
       return v[0] * (std::cos(v[1] * v[2]) + v[3] * std::cos(v[1] * v[2]) * std::cos(v[1] * v[2]));
     }},
    {"II.35.21", "n mom tanh(mom B / (kb T))", kII_35_21,
     [](const double* v) { return v[0] * v[1] * std::tanh(v[1] * v[2] / (v[3] * v[4])); }},
    {"III.10.19", "mom sqrt(Bx^2 + By^2 + Bz^2)", kIII_10_19,
     [](const double* v) { return v[0] * std::sqrt(v[1] * v[1] + v[2] * v[2] + v[3] * v[3]); }},
};

}  // namespace actsearch::datasets

// Exponentially scaled modified Bessel functions.
#pragma once

#include <cstddef>

#include "search_spaces/expr/rows/row.h"

namespace actsearch::expr::rows {

namespace bessel {

inline constexpr double kNear0[] = {1.0,
                                    1.0,
                                    0.25,
                                    0.027777777777777776,
                                    0.001736111111111111,
                                    6.944444444444444e-05,
                                    1.9290123456790124e-06,
                                    3.936759889140842e-08,
                                    6.151187326782565e-10,
                                    7.594058428126624e-12,
                                    7.594058428126623e-14,
                                    6.276081345559193e-16,
                                    4.358389823304995e-18,
                                    2.5789288895295828e-20,
                                    1.3157800456783586e-22,
                                    5.8479113141260385e-25,
                                    2.2843403570804838e-27,
                                    7.904291893012054e-30,
                                    2.4395962632753253e-32,
                                    6.757884385804225e-35,
                                    1.6894710964510564e-37};
inline constexpr double kFar0[] = {
    0.40217650944500816,     0.0033605519836670235,   0.00013621607437904054,
    1.1143033854011811e-05,  1.48384809739718e-06,    2.973584533150965e-07,
    8.871360038754707e-08,   3.9340297511352995e-08,  2.1620199017859248e-08,
    7.472268704900415e-09,   -7.1010934904762744e-09, -1.312290013299317e-08,
    -4.305727426988361e-09,  6.919159946153143e-09,   5.191958083669399e-09,
    -2.5947610525034172e-09, -2.9337366286377844e-09, 6.763382929319093e-10,
    9.735776625085242e-10,   -8.979705022846649e-11,  -1.4824893214970786e-10};
inline constexpr double kNear1[] = {1.0,
                                    0.5,
                                    0.08333333333333333,
                                    0.006944444444444444,
                                    0.00034722222222222224,
                                    1.1574074074074073e-05,
                                    2.755731922398589e-07,
                                    4.920949861426052e-09,
                                    6.834652585313961e-11,
                                    7.594058428126623e-13,
                                    6.903689480115112e-15,
                                    5.230067787965994e-17,
                                    3.352607556388458e-19,
                                    1.842092063949702e-21,
                                    8.771866971189057e-24,
                                    3.654944571328774e-26,
                                    1.3437296218120491e-28,
                                    4.391273273895586e-31,
                                    1.2839980333028028e-33,
                                    3.3789421929021126e-36,
                                    8.045100459290744e-39};
inline constexpr double kFar1[] = {
    0.3893984590258723,      -0.00974957719323496,    -0.00021923576382047057,
    -1.5038547258928557e-05, -1.8349106860450982e-06, -3.483842761870606e-07,
    -1.0000393426323456e-07, -4.314253938902304e-08,  -2.344868241306537e-08,
    -8.351609821216273e-09,  7.102306101258632e-09,   1.3770132829371482e-08,
    4.83070216418574e-09,    -7.057942662808609e-09,  -5.559075345853801e-09,
    2.586278748562174e-09,   3.1008802702394666e-09,  -6.619127783874082e-10,
    -1.0230972770946493e-09, 8.672253865940559e-11,   1.5532708319178e-10};

// Polynomials by Horner's rule.
template <class T, std::size_t N>
T Polynomial(const double (&coefficients)[N], const T& u) {
  T sum = T(coefficients[N - 1]);
  for (std::size_t k = N - 1; k-- > 0;) sum = T(coefficients[k]) + u * sum;
  return sum;
}

// Up to 8 the power series in (a / 2)^2, whose terms are all positive (Abramowitz and
// Stegun 1964, 9.6.10); beyond, sqrt(a) e^-a I(a) as a polynomial in 16 / a - 1, from its
// Chebyshev series to degree 20. Relative error below 1e-15 in double.
template <class T, std::size_t N>
T ScaledBessel(const T& size, const T& front, const double (&near)[N], const double (&far)[N]) {
  const T inner = Min(size, T(8));
  const T outer = Max(size, T(8));
  const T half = T(0.5) * inner;
  const T beyond = Polynomial(far, T(16) / outer - T(1)) / Sqrt(outer);
  return Select(size - T(8), beyond, Exp(-inner) * front * Polynomial(near, half * half));
}

}  // namespace bessel

struct BesselI0eRow : Row {
  static constexpr Text name = "bessel_i0e";
  static constexpr Text doc = "e^-|a| I0(a), the modified Bessel function of order 0";
  static constexpr Text definition =
      "select(abs(a) - 8, (0.40217650944500816 + (16 / max(abs(a), 8) - 1) * "
      "(0.0033605519836670235 + (16 / max(abs(a), 8) - 1) * (0.00013621607437904054 + (16 / "
      "max(abs(a), 8) - 1) * (1.1143033854011811e-05 + (16 / max(abs(a), 8) - 1) * "
      "(1.48384809739718e-06 + (16 / max(abs(a), 8) - 1) * (2.973584533150965e-07 + (16 / "
      "max(abs(a), 8) - 1) * (8.871360038754707e-08 + (16 / max(abs(a), 8) - 1) * "
      "(3.9340297511352995e-08 + (16 / max(abs(a), 8) - 1) * (2.1620199017859248e-08 + (16 / "
      "max(abs(a), 8) - 1) * (7.472268704900415e-09 + (16 / max(abs(a), 8) - 1) * "
      "(-7.1010934904762744e-09 + (16 / max(abs(a), 8) - 1) * (-1.312290013299317e-08 + (16 "
      "/ max(abs(a), 8) - 1) * (-4.305727426988361e-09 + (16 / max(abs(a), 8) - 1) * "
      "(6.919159946153143e-09 + (16 / max(abs(a), 8) - 1) * (5.191958083669399e-09 + (16 / "
      "max(abs(a), 8) - 1) * (-2.5947610525034172e-09 + (16 / max(abs(a), 8) - 1) * "
      "(-2.9337366286377844e-09 + (16 / max(abs(a), 8) - 1) * (6.763382929319093e-10 + (16 / "
      "max(abs(a), 8) - 1) * (9.735776625085242e-10 + (16 / max(abs(a), 8) - 1) * "
      "(-8.979705022846649e-11 + (16 / max(abs(a), 8) - 1) * "
      "-1.4824893214970786e-10)))))))))))))))))))) / sqrt(max(abs(a), 8)), exp(-min(abs(a), "
      "8)) * (1.0 + square(0.5 * min(abs(a), 8)) * (1.0 + square(0.5 * min(abs(a), 8)) * "
      "(0.25 + square(0.5 * min(abs(a), 8)) * (0.027777777777777776 + square(0.5 * "
      "min(abs(a), 8)) * (0.001736111111111111 + square(0.5 * min(abs(a), 8)) * "
      "(6.944444444444444e-05 + square(0.5 * min(abs(a), 8)) * (1.9290123456790124e-06 + "
      "square(0.5 * min(abs(a), 8)) * (3.936759889140842e-08 + square(0.5 * min(abs(a), 8)) "
      "* (6.151187326782565e-10 + square(0.5 * min(abs(a), 8)) * (7.594058428126624e-12 + "
      "square(0.5 * min(abs(a), 8)) * (7.594058428126623e-14 + square(0.5 * min(abs(a), 8)) "
      "* (6.276081345559193e-16 + square(0.5 * min(abs(a), 8)) * (4.358389823304995e-18 + "
      "square(0.5 * min(abs(a), 8)) * (2.5789288895295828e-20 + square(0.5 * min(abs(a), 8)) "
      "* (1.3157800456783586e-22 + square(0.5 * min(abs(a), 8)) * (5.8479113141260385e-25 + "
      "square(0.5 * min(abs(a), 8)) * (2.2843403570804838e-27 + square(0.5 * min(abs(a), 8)) "
      "* (7.904291893012054e-30 + square(0.5 * min(abs(a), 8)) * (2.4395962632753253e-32 + "
      "square(0.5 * min(abs(a), 8)) * (6.757884385804225e-35 + square(0.5 * min(abs(a), 8)) "
      "* 1.6894710964510564e-37)))))))))))))))))))))";
  static constexpr auto derivative = Derivatives("bessel_i1e(a) - sign(a) * bessel_i0e(a)");
  static constexpr Parity parity = Parity::kEven;
  static constexpr bool nonnegative = true;
  static constexpr int cost = 60;
  static constexpr auto turning = Turns(0.0);
  template <class T>
  static T Apply(const T& a) {
    return bessel::ScaledBessel(Abs(a), T(1), bessel::kNear0, bessel::kFar0);
  }
};

struct BesselI1eRow : Row {
  static constexpr Text name = "bessel_i1e";
  static constexpr Text doc = "e^-|a| I1(a), the modified Bessel function of order 1";
  static constexpr Text definition =
      "sign(a) * select(abs(a) - 8, (0.3893984590258723 + (16 / max(abs(a), 8) - 1) * "
      "(-0.00974957719323496 + (16 / max(abs(a), 8) - 1) * (-0.00021923576382047057 + (16 / "
      "max(abs(a), 8) - 1) * (-1.5038547258928557e-05 + (16 / max(abs(a), 8) - 1) * "
      "(-1.8349106860450982e-06 + (16 / max(abs(a), 8) - 1) * (-3.483842761870606e-07 + (16 "
      "/ max(abs(a), 8) - 1) * (-1.0000393426323456e-07 + (16 / max(abs(a), 8) - 1) * "
      "(-4.314253938902304e-08 + (16 / max(abs(a), 8) - 1) * (-2.344868241306537e-08 + (16 / "
      "max(abs(a), 8) - 1) * (-8.351609821216273e-09 + (16 / max(abs(a), 8) - 1) * "
      "(7.102306101258632e-09 + (16 / max(abs(a), 8) - 1) * (1.3770132829371482e-08 + (16 / "
      "max(abs(a), 8) - 1) * (4.83070216418574e-09 + (16 / max(abs(a), 8) - 1) * "
      "(-7.057942662808609e-09 + (16 / max(abs(a), 8) - 1) * (-5.559075345853801e-09 + (16 / "
      "max(abs(a), 8) - 1) * (2.586278748562174e-09 + (16 / max(abs(a), 8) - 1) * "
      "(3.1008802702394666e-09 + (16 / max(abs(a), 8) - 1) * (-6.619127783874082e-10 + (16 / "
      "max(abs(a), 8) - 1) * (-1.0230972770946493e-09 + (16 / max(abs(a), 8) - 1) * "
      "(8.672253865940559e-11 + (16 / max(abs(a), 8) - 1) * "
      "1.5532708319178e-10)))))))))))))))))))) / sqrt(max(abs(a), 8)), exp(-min(abs(a), 8)) "
      "* (0.5 * min(abs(a), 8)) * (1.0 + square(0.5 * min(abs(a), 8)) * (0.5 + square(0.5 * "
      "min(abs(a), 8)) * (0.08333333333333333 + square(0.5 * min(abs(a), 8)) * "
      "(0.006944444444444444 + square(0.5 * min(abs(a), 8)) * (0.00034722222222222224 + "
      "square(0.5 * min(abs(a), 8)) * (1.1574074074074073e-05 + square(0.5 * min(abs(a), 8)) "
      "* (2.755731922398589e-07 + square(0.5 * min(abs(a), 8)) * (4.920949861426052e-09 + "
      "square(0.5 * min(abs(a), 8)) * (6.834652585313961e-11 + square(0.5 * min(abs(a), 8)) "
      "* (7.594058428126623e-13 + square(0.5 * min(abs(a), 8)) * (6.903689480115112e-15 + "
      "square(0.5 * min(abs(a), 8)) * (5.230067787965994e-17 + square(0.5 * min(abs(a), 8)) "
      "* (3.352607556388458e-19 + square(0.5 * min(abs(a), 8)) * (1.842092063949702e-21 + "
      "square(0.5 * min(abs(a), 8)) * (8.771866971189057e-24 + square(0.5 * min(abs(a), 8)) "
      "* (3.654944571328774e-26 + square(0.5 * min(abs(a), 8)) * (1.3437296218120491e-28 + "
      "square(0.5 * min(abs(a), 8)) * (4.391273273895586e-31 + square(0.5 * min(abs(a), 8)) "
      "* (1.2839980333028028e-33 + square(0.5 * min(abs(a), 8)) * (3.3789421929021126e-36 + "
      "square(0.5 * min(abs(a), 8)) * 8.045100459290744e-39)))))))))))))))))))))";
  static constexpr auto derivative = Derivatives(
      "bessel_i0e(a) - sign(a) * bessel_i1e(a) - select(abs(a), bessel_i1e(a) / select(abs(a), a, "
      "1), 0.5)");
  static constexpr Parity parity = Parity::kOdd;
  static constexpr int cost = 62;
  static constexpr auto turning = Turns(-1.5451272579925426, 1.5451272579925426);
  template <class T>
  static T Apply(const T& a) {
    const T size = Abs(a);
    return Sign(a) *
           bessel::ScaledBessel(size, T(0.5) * Min(size, T(8)), bessel::kNear1, bessel::kFar1);
  }
};

}  // namespace actsearch::expr::rows

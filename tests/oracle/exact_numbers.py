"""Extended real numbers, computed with mpmath, for the primitives of the candidate language.

A number is finite, infinite or NaN as in the README of search_spaces/expr: 1 / 0 and log(0) are
infinite, infinity - infinity, 0 * infinity and log(-1) are NaN. Written from the documentation of
the primitives, not from their code.
"""
import random

import mpmath
from mpmath import mp, mpf

INF, NAN = mpf('inf'), mpf('nan')


class Beyond(Exception):
    """The exact value would have more digits in its exponent than is reasonable."""


class Exact:
    """Computes with `digits` digits; with noise, every result is off by up to 2^-52 of it."""

    def __init__(self, digits=50):
        mp.dps = digits
        self.noise = None
        self.least, self.most = INF, mpf(0)  # sizes of finite results that are not 0

    def done(self, v):
        if not mpmath.isfinite(v) or v == 0:
            return v
        if self.noise is not None:
            v *= 1 + self.noise.uniform(-1, 1) * mpf(2) ** -52
        self.least, self.most = min(self.least, abs(v)), max(self.most, abs(v))
        return v

    # ---- arithmetic

    def add(self, a, b):
        return self.done(a + b)

    def sub(self, a, b):
        return self.done(a - b)

    def neg(self, a):
        return -a

    def mul(self, a, b):
        if (a == 0 and mpmath.isinf(b)) or (b == 0 and mpmath.isinf(a)):
            return NAN
        return self.done(a * b)

    def div(self, a, b):
        if mpmath.isnan(a) or mpmath.isnan(b) or (mpmath.isinf(a) and mpmath.isinf(b)):
            return NAN
        if b == 0:
            return NAN if a == 0 else INF
        return mpf(0) if mpmath.isinf(b) else self.done(a / b)

    # ---- functions: where they are defined, and their limits at -infinity and infinity

    def call(self, f, a, low=None, high=None, domain=(-INF, INF)):
        if mpmath.isnan(a) or not domain[0] <= a <= domain[1]:
            return NAN
        if mpmath.isinf(a):
            end = high if a > 0 else low
            return NAN if end is None else end
        return self.done(f(a))

    def exp(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e6:
            raise Beyond
        return self.call(mpmath.exp, a, mpf(0), INF)

    def log(self, a):
        return self.call(lambda v: -INF if v == 0 else mpmath.log(v), a, high=INF, domain=(0, INF))

    def sqrt(self, a):
        return self.call(mpmath.sqrt, a, high=INF, domain=(0, INF))

    def abs(self, a):
        return abs(a)

    def sign(self, a):
        return mpf(0) if mpmath.isnan(a) else mpf((a > 0) - (a < 0))

    def step(self, a):
        return mpf(1) if a > 0 else mpf(0)

    def select(self, c, a, b):
        return a if c > 0 else b

    def max(self, a, b):
        return NAN if mpmath.isnan(a) or mpmath.isnan(b) else max(a, b)

    def min(self, a, b):
        return self.neg(self.max(-a, -b))

    def sin(self, a):
        return self.call(mpmath.sin, a)

    def cos(self, a):
        return self.call(mpmath.cos, a)

    def tan(self, a):
        return self.call(mpmath.tan, a)

    def atan(self, a):
        return self.call(mpmath.atan, a, -mp.pi / 2, mp.pi / 2)

    def asinh(self, a):
        return self.call(mpmath.asinh, a, -INF, INF)

    def acosh(self, a):
        return self.call(mpmath.acosh, a, high=INF, domain=(1, INF))

    def atanh(self, a):
        return self.call(lambda v: v * INF if abs(v) == 1 else mpmath.atanh(v), a, domain=(-1, 1))

    def asin(self, a):
        return self.call(mpmath.asin, a, domain=(-1, 1))

    def acos(self, a):
        return self.call(mpmath.acos, a, domain=(-1, 1))

    def erfc(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e3:
            raise Beyond
        return self.call(mpmath.erfc, a, mpf(2), mpf(0))

    def erf(self, a):
        return self.call(mpmath.erf, a, mpf(-1), mpf(1))

    def cbrt(self, a):
        return self.call(lambda v: self.sign(v) * mpmath.cbrt(abs(v)), a, -INF, INF)

    def expm1(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e6:
            raise Beyond
        return self.call(mpmath.expm1, a, mpf(-1), INF)

    def log1p(self, a):
        return self.call(lambda v: -INF if v == -1 else mpmath.log1p(v), a, high=INF,
                         domain=(-1, INF))

    def tanh(self, a):
        return self.call(lambda v: mpmath.tanh(v) if abs(v) < 1e4 else self.sign(v), a,
                         mpf(-1), mpf(1))

    def sinh(self, a):
        self.exp(a)
        return self.call(mpmath.sinh, a, -INF, INF)

    def cosh(self, a):
        self.exp(a)
        return self.call(mpmath.cosh, a, INF, INF)

    def sigmoid(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e6:
            raise Beyond
        return self.call(lambda v: 1 / (1 + mpmath.exp(-v)), a, mpf(0), mpf(1))

    def softplus(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e6:
            raise Beyond
        return self.call(lambda v: max(v, 0) + mpmath.log1p(mpmath.exp(-abs(v))), a, mpf(0), INF)

    def sinc(self, a):
        return self.call(lambda v: mpf(1) if v == 0 else mpmath.sin(v) / v, a, mpf(0), mpf(0))

    def gaussian(self, a):
        return self.exp(self.neg(self.mul(a, a)))

    def normal_cdf(self, a):
        if mpmath.isfinite(a) and abs(a) > 1e3:
            raise Beyond
        return self.call(mpmath.ncdf, a, mpf(0), mpf(1))

    def hypot(self, a, b):
        return self.sqrt(self.add(self.mul(a, a), self.mul(b, b)))

    def pow_abs(self, a, b):
        if a == 0 and b <= 0:
            return mpf(1) if b == 0 else INF
        return mpf(0) if a == 0 else self.exp(self.mul(b, self.log(abs(a))))

    def bessel_ie(self, order, a):
        if mpmath.isfinite(a) and abs(a) > 1e6:
            raise Beyond
        return self.call(lambda v: mpmath.besseli(order, v) * mpmath.exp(-abs(v)), a,
                         mpf(0), mpf(0))

    # ---- what the language says they are made of

    def composites(self):
        add, sub, mul, div, one = self.add, self.sub, self.mul, self.div, mpf(1)
        eps, half = mpf(1e-7), mpf(0.5)
        relu = lambda a: self.max(a, mpf(0))
        min0 = lambda a: self.min(a, mpf(0))
        square = lambda a: mul(a, a)
        clip = lambda a, low, high: self.min(self.max(a, low), high)
        hard_sigmoid = lambda a: div(clip(add(a, mpf(3)), mpf(0), mpf(6)), mpf(6))
        elu = lambda a: self.select(a, a, self.expm1(a)) if not mpmath.isnan(a) else NAN
        return {
            'relu': relu, 'min0': min0, 'square': square,
            'cube': lambda a: mul(a, square(a)),
            'reciprocal': lambda a: div(one, a),
            'div_eps': lambda a, b: div(a, sub(b, eps) if b < 0 else add(b, eps)),
            'log_abs': lambda a: self.log(add(abs(a), eps)),
            'gate': lambda a, b: mul(self.sigmoid(a), b),
            'gaussian_kernel': lambda a, b, c: self.exp(-mul(c, square(sub(a, b)))),
            'laplace_kernel': lambda a, b, c: self.exp(-mul(c, abs(sub(a, b)))),
            'lerp': lambda a, b, c: add(mul(c, a), mul(sub(one, c), b)),
            'leaky_relu': lambda a: self.max(a, mul(mpf(0.01), a)),
            'prelu': lambda a, b: add(relu(a), mul(b, min0(a))),
            'relu6': lambda a: clip(a, mpf(0), mpf(6)),
            'hard_sigmoid': hard_sigmoid,
            'hard_swish': lambda a: mul(a, hard_sigmoid(a)),
            'hard_tanh': lambda a: clip(a, -one, one),
            'clip': clip,
            'squared_relu': lambda a: square(relu(a)),
            'step_ge': lambda a: one - self.step(-a),
            'greater': lambda a, b: self.step(a - b),
            'abs_diff': lambda a, b: abs(sub(a, b)),
            'silu': lambda a: mul(a, self.sigmoid(a)),
            'swish': lambda a, b: mul(a, self.sigmoid(mul(b, a))),
            'gelu': lambda a: mul(a, self.normal_cdf(a)),
            'mish': lambda a: mul(a, self.tanh(self.softplus(a))),
            'elu': elu,
            'selu': lambda a: mul(mpf(1.0507009873554805),
                                  mul(one if a > 0 else mpf(1.7580993408473766) /
                                      mpf(1.0507009873554805), elu(a))),
            'softsign': lambda a: div(a, add(one, abs(a))),
            'log_sigmoid': lambda a: -self.softplus(-a),
            'sech': lambda a: div(one, self.cosh(a)),
            'log_cosh': lambda a: self.log(self.cosh(a)),
            'gumbel_cdf': lambda a: self.exp(-self.exp(-a)),
            'cloglog': lambda a: -self.expm1(-self.exp(a)),
            'log_add_exp': lambda a, b: self.log(add(self.exp(a), self.exp(b))),
            'signed_sqrt': lambda a: mul(self.sign(a), self.sqrt(abs(a))),
            'sqrt_abs': lambda a: self.sqrt(abs(a)),
            'rsqrt': lambda a: div(one, self.sqrt(a)),
            'isru': lambda a: div(a, self.hypot(one, a)),
            'signed_log': lambda a: mul(self.sign(a), self.log(add(abs(a), eps))),
            'symlog': lambda a: mul(self.sign(a), self.log1p(abs(a))),
            'symexp': lambda a: mul(self.sign(a), self.expm1(abs(a))),
            'exp2': lambda a: self.exp(mul(mp.ln2, a)),
            'bessel_i0e': lambda a: self.bessel_ie(0, a),
            'bessel_i1e': lambda a: self.bessel_ie(1, a),
        }

    def names(self):
        own = ['add', 'sub', 'mul', 'div', 'neg', 'exp', 'log', 'sqrt', 'abs', 'sign', 'step',
               'select', 'max', 'min', 'sin', 'cos', 'tan', 'atan', 'asinh', 'acosh', 'atanh',
               'asin', 'acos', 'erf', 'erfc', 'cbrt', 'expm1', 'log1p', 'tanh', 'sinh', 'cosh',
               'sigmoid', 'softplus', 'sinc', 'gaussian', 'normal_cdf', 'hypot', 'pow_abs']
        return {name: getattr(self, name) for name in own} | self.composites()


def noise(seed):
    return random.Random(seed)

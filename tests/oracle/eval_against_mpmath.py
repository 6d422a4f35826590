#!/usr/bin/env python3
"""eval_against_mpmath.py ACTSEARCH: compares what `actsearch eval` shows with mpmath.

Formulas are evaluated from their text, by Python's own parser and the functions of
exact_numbers.py. Checked are every primitive of one argument over all magnitudes, in value and
slope, and the values of random formulas, also where there is none.
"""
import ast
import inspect
import json
import math
import random
import subprocess
import sys

import mpmath
from mpmath import mp, mpf

from exact_numbers import Beyond, Exact, noise

ROUNDOFF = mpf(2) ** -53
LARGEST = mpf(1.7976931348623157e308)
TINY = mpf(1e-305)  # factors of so small a result may have lost digits

SIZES = [0, 5e-324, 1e-310, 1e-300, 1e-100, 1e-17, 1e-9, 1e-5, 0.003, 0.02, 0.0201, 0.1, 0.3, 0.5,
         0.51, 0.9, 0.999, 1, 1.001, 1.5, 2, 3.14159, 5.5, 7.9, 8.1, 17, 36, 40, 88, 300, 709, 745,
         1e4, 1e8, 1e16, 1e100, 1e154, 1e200, 1e300, 1.7e308]
POINTS = sorted({s * v for v in SIZES for s in (-1, 1)})
# Where a step of 1e-30 is small beside x.
SLOPE_POINTS = [p for p in POINTS if 1e-9 <= abs(p) <= 300]

# Slopes that lose digits by design, with the size of x above which they do: differences of
# functions that come close to each other.
LOSSY_SLOPES = {'bessel_i0e': 3, 'bessel_i1e': 3}


def shown(program, formula, points):
    done = subprocess.run([program, 'eval', '-o', 'json', '--at=' + ','.join(map(repr, points)),
                           '--', formula], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f'{formula}: {done.stderr}')
    return json.loads(done.stdout)


def is_finite(v):
    return v is not None and math.isfinite(v)


def fault(value, exact, slack):
    """Why `value`, None where it is not finite, is not `exact`; None where it is."""
    if not mpmath.isfinite(exact) or abs(exact) > LARGEST:
        return 'should not be finite' if is_finite(value) else None
    if not is_finite(value):
        return 'should be finite'
    error = abs(mpf(value) - exact)
    return f'is off by {mpmath.nstr(error, 3)}' if error > slack + TINY else None


class Report:
    def __init__(self):
        self.compared = 0
        self.faults = []

    def check(self, what, value, exact, slack):
        self.compared += 1
        why = fault(value, exact, slack)
        if why:
            self.faults.append(f'{what}: {value} {why}; exactly {mpmath.nstr(exact, 20)}')


def check_primitives(program, report):
    exact = Exact(240)
    for name, f in sorted(exact.names().items()):
        if len(inspect.signature(f).parameters) != 1:
            continue
        for point in shown(program, f'{name}(x)', POINTS):
            x = mpf(point['x'])
            try:
                y = f(x)
                h = max(abs(x), mpf(1e-9)) * mpf(10) ** -30
                low, high = f(x - h), f(x + h)
            except Beyond:
                continue
            slope = (high - low) / (2 * h)
            is_smooth = mpmath.isfinite(y) and mpmath.isfinite(slope)
            bend = abs(high - 2 * y + low) / h if is_smooth else 0  # times h: the change of slope
            condition = abs(slope * x) if is_smooth and abs(x) > 1e-12 else 0
            report.check(f'{name}(x) at {point["x"]}', point['f'], y,
                         (4 * abs(y) + 3 * condition) * ROUNDOFF)
            is_known = abs(slope) > abs(y) * mpf(10) ** -180  # of the digits of the difference
            if not is_smooth or not is_known or point['x'] not in SLOPE_POINTS:
                continue
            if bend > abs(slope) * mpf(1e-9):  # a kink or a jump
                continue
            if abs(point['x']) > LOSSY_SLOPES.get(name, math.inf):
                continue
            report.check(f'slope of {name}(x) at {point["x"]}', point['df/dx'], slope,
                         (16 * abs(slope) + 6 * bend / h * abs(x)) * ROUNDOFF)


# ---- random formulas

UNARY = ['exp', 'log', 'sqrt', 'abs', 'sign', 'step', 'relu', 'min0', 'tanh', 'atan', 'asinh',
         'sigmoid', 'softplus', 'log1p', 'expm1', 'square', 'reciprocal', 'cosh', 'sinh', 'sin',
         'erf', 'normal_cdf', 'cbrt', 'gelu', 'rsqrt', 'log_abs', 'sinc', 'acosh', 'asin']
BINARY = ['max', 'min', 'div_eps', 'hypot', 'gate', 'prelu', 'log_add_exp']
NUMBERS = ['0', '1', '2', '-1', '0.5', '3', '1e-3', '10']


class Grower:
    """Parts are used again, so that they meet each other as the rules of Simplify expect."""

    def __init__(self, rng):
        self.rng = rng
        self.parts = ['x', '-x', 'x']

    def formula(self, steps):
        for _ in range(steps):
            self.parts.append(self.step())
        return self.parts[-1]

    def pick(self):
        return self.parts[-self.rng.choice([1, 1, 2, 2, 3])]

    def step(self):
        a, b, kind = self.pick(), self.pick(), self.rng.random()
        if kind < 0.4:
            return f'{self.rng.choice(UNARY)}({a})'
        if kind < 0.75:
            return f'({a}) {self.rng.choice(["+", "-", "-", "*", "*", "/"])} ({b})'
        if kind < 0.85:
            return f'{self.rng.choice(BINARY)}({a}, {b})'
        if kind < 0.9:
            return f'select({a}, {b}, {self.pick()})'
        if kind < 0.95:
            return f'({a})**{self.rng.choice(["2", "3", "-1", "4", "0.5"])}'
        return f'{self.rng.choice(NUMBERS)} {self.rng.choice("+-*/")} ({a})'


class Evaluator(ast.NodeVisitor):
    """The value of a parsed formula at x, and whether a pole was met on the way."""

    def __init__(self, exact):
        self.exact = exact
        self.names = exact.names()
        self.x = mpf(0)
        self.poles = False

    def at(self, tree, x):
        self.x, self.poles = mpf(x), False
        return self.visit(tree.body)

    def noted(self, value, args):
        self.poles |= bool(mpmath.isinf(value)) and not any(map(mpmath.isinf, args))
        return value

    def visit_Name(self, node):
        return self.x

    def visit_Constant(self, node):
        return mpf(node.value)

    def visit_UnaryOp(self, node):
        return -self.visit(node.operand)

    def visit_BinOp(self, node):
        a, b = self.visit(node.left), self.visit(node.right)
        e = self.exact
        if isinstance(node.op, ast.Pow):
            value = self.power(a, b)
        else:
            value = {ast.Add: e.add, ast.Sub: e.sub, ast.Mult: e.mul, ast.Div: e.div}[
                type(node.op)](a, b)
        return self.noted(value, (a, b))

    def power(self, a, n):
        if n < 0:
            return self.exact.div(mpf(1), self.power(a, -n))
        return self.exact.sqrt(a) if n == 0.5 else self.exact.done(a ** int(n))

    def visit_Call(self, node):
        args = [self.visit(arg) for arg in node.args]
        return self.noted(self.names[node.func.id](*args), args)


def exact_value(evaluator, tree, x):
    """The value and its slack from rounding; None where neither can be told."""
    exact = evaluator.exact
    exact.noise, exact.least, exact.most = None, mpf('inf'), mpf(0)
    try:
        value = evaluator.at(tree, x)
        # Beyond the range of double on the way: another order of the steps may stay within.
        # After a pole the value is open (README.md of search_spaces/expr).
        if evaluator.poles or exact.most > 1e290 or exact.least < 1e-290:
            return None
        spread = mpf(0)
        for seed in range(4):
            exact.noise = noise(seed)
            noisy = evaluator.at(tree, x)
            if bool(mpmath.isfinite(noisy)) != bool(mpmath.isfinite(value)):
                return None
            if mpmath.isfinite(value):
                spread = max(spread, abs(noisy - value))
    except Beyond:
        return None
    if mpmath.isfinite(value) and spread > 1e-6 * abs(value):
        return None
    return value, 100 * spread + 16 * abs(value) * ROUNDOFF if mpmath.isfinite(value) else mpf(0)


def check_random_formulas(program, report, count):
    rng = random.Random(20)
    exact = Exact(40)
    evaluator = Evaluator(exact)
    points = [0, 5e-324, -1e-310, 1e-30, -1e-8, 0.3, -0.3, 1, -1, 2.7, -2.7, 30, -30, 1e5, -1e16]
    for _ in range(count):
        formula = Grower(rng).formula(rng.randint(2, 6))
        if len(formula) > 300:
            continue
        tree = ast.parse(formula, mode='eval')
        for point in shown(program, formula, points):
            told = exact_value(evaluator, tree, point['x'])
            if told:
                report.check(f'{formula} at {point["x"]}', point['f'], *told)


def main():
    report = Report()
    check_primitives(sys.argv[1], report)
    primitives = report.compared
    check_random_formulas(sys.argv[1], report, int(sys.argv[2]) if len(sys.argv) > 2 else 150)
    print('\n'.join(report.faults[:20]))
    print(f'{primitives} numbers of primitives and {report.compared - primitives} of random '
          f'formulas compared, {len(report.faults)} differ')
    assert primitives > 4000 and report.compared > 1.1 * primitives, 'too few numbers compared'
    sys.exit(1 if report.faults else 0)


if __name__ == '__main__':
    main()

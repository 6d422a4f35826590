#!/usr/bin/env python3
"""Numbers for tests/unit/coordinator/plan/statistics_test.cc, from scipy and statsmodels.

Needs numpy, scipy, pandas and statsmodels; run by hand when cases change. The mean squares are
those of a least-squares fit (anova_lm), not of the sums that the coordinator uses, and
Satterthwaite's degrees of freedom come from their definition: twice the squared estimate over
the variance of the estimate.
"""
import numpy
import pandas
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint


def mean_squares(differences):
    seeds, units = differences.shape
    frame = pandas.DataFrame({
        'd': differences.ravel(),
        'seed': numpy.repeat(numpy.arange(seeds), units),
        'unit': numpy.tile(numpy.arange(units), seeds),
    })
    table = anova_lm(ols('d ~ C(seed) + C(unit)', frame).fit())
    return [table['sum_sq'][row] / table['df'][row]
            for row in ('C(seed)', 'C(unit)', 'Residual')]


def compare(differences):
    seeds, units = differences.shape
    of_seeds, of_units, of_rest = mean_squares(differences)
    freedoms = seeds - 1, units - 1, (seeds - 1) * (units - 1)
    total = max(of_seeds + of_units - of_rest, of_seeds, of_units)
    variance_of_total = sum(2 * m ** 2 / f for m, f in zip((of_seeds, of_units, of_rest), freedoms))
    freedom = 2 * total ** 2 / variance_of_total
    mean, error = differences.mean(), (total / (seeds * units)) ** 0.5
    low, high = stats.t.interval(0.95, freedom, mean, error)
    unit_variance = max(0, (of_units - of_rest) / seeds)
    return {
        'mean': mean, 'low': low, 'high': high,
        'p': 2 * stats.t.sf(abs(mean) / error, freedom), 'freedom': freedom,
        'seeds': seeds, 'units': units,
        'least': stats.t.ppf(0.975, units - 1) * (unit_variance / units) ** 0.5,
        'seed_variance': max(0, (of_seeds - of_rest) / units),
        'unit_variance': unit_variance, 'rest_variance': of_rest,
    }


def draw(random, seeds, units, seed_sd, unit_sd):
    """Two entrants: losses by seed and unit, in sixteenths, which floats hold exactly."""
    size = seeds, units
    difference = (0.5 + seed_sd * random.normal(size=(seeds, 1))
                  + unit_sd * random.normal(size=(1, units)) + random.normal(size=size) / 2)
    b = numpy.round(16 * (3 + random.normal(size=size) / 2)) / 16
    return b + numpy.round(16 * difference) / 16, b


def shown(table):
    rows = ['{' + ', '.join(f'{x:.10g}' for x in row) + '}' for row in table]
    return '{' + ', '.join(rows) + '}'


def main():
    random = numpy.random.default_rng(23)
    for title, seeds, units, seed_sd, unit_sd in (
            ('both', 4, 5, 0.6, 0.6), ('seeds', 3, 6, 1.0, 0.0), ('units', 5, 4, 0.0, 1.0)):
        a, b = draw(random, seeds, units, seed_sd, unit_sd)
        numbers = ', '.join(f'.{name} = {value:.12g}' for name, value in compare(a - b).items())
        print(f'// {title}\n{{{shown(a)},\n {shown(b)},\n '
              f'{{{numbers}}}}},')
    p = [0.04, 0.001, 0.012, 0.3, 0.011, 0.9, 0.012]
    print('holm', [float(f'{x:.12g}') for x in multipletests(p, method='holm')[1]])
    for successes, trials, confidence in ((3, 20, 0.95), (0, 7, 0.95), (7, 7, 0.95), (1, 1, 0.9),
                                          (120, 5000, 0.95), (50, 99, 0.99)):
        low, high = proportion_confint(successes, trials, 1 - confidence, method='beta')
        print(f'bounds {{{successes}, {trials}, {confidence}, {low:.12g}, {high:.12g}}}')


if __name__ == '__main__':
    main()

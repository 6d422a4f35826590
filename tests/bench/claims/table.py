"""Prints reports of scripts/bench claims as one Markdown table.

usage: table.py REPORT...    (a report is named TASK.json)
"""
import json
import pathlib
import sys

FUNCTIONS = ['gelu_sine', 'gelu_sinc', 'gmtu']
MARKS = {'better': ' **better**', 'worse': ' **worse**'}


def number(value, signed=False):
    sign = '+' if signed and value >= 0 else ''
    return sign + (f'{value:.3g}' if abs(value) >= 10 else f'{value:.4f}')


def gap(comparison):
    return (f'{number(comparison["difference"], True)} '
            f'[{number(comparison["low"], True)}, {number(comparison["high"], True)}]'
            f'{MARKS.get(comparison["is"], "")}')


def main():
    print('| task, setting | function | final loss | less GELU\'s | less ReLU\'s | less SiLU\'s |')
    print('| --- | --- | --- | --- | --- | --- |')
    verdicts = []
    for path in map(pathlib.Path, sys.argv[1:]):
        report = json.loads(path.read_text())
        rows = report['front'] + report['confirm']
        losses = {(row['setting'], row['name']): row['loss']['mean'] for row in rows}
        for setting in ('base', 'longer', 'wider'):
            for function in FUNCTIONS:
                against = {c['baseline']: c for c in report['comparisons']
                           if c['function'] == function and c['setting'] == setting}
                cells = [gap(against[name]) if name in against else '-'
                         for name in ('gelu', 'relu', 'silu')]
                print('| ' + ' | '.join([f'{path.stem}, {setting}', f'`{function}`',
                                         number(losses[setting, function]), *cells]) + ' |')
        findings = {v['function']: v['finding'] for v in report['verdicts']}
        beside = ' '.join(filter(None, (report.get('about_references'),
                                        report.get('about_extrapolation'))))
        verdicts.append(f'- {path.stem}: ' +
                        ', '.join(f'`{name}` {findings[name]}' for name in FUNCTIONS) +
                        (f'. {beside}' if beside else '.'))
    print('\n' + '\n'.join(verdicts))


if __name__ == '__main__':
    main()

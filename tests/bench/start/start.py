"""Trains functions from a fair start, from weights that are only scaled (functions as they are
written) and with their sign turned, at each kind of site; losses on the select split, paired over
seeds. Prints a table in Markdown for each kind, then the worst losses of ReLU and GELU.
"""
import argparse
import os
import re
import statistics
import subprocess

import mpmath

FUNCTIONS = ['relu(x)', 'x * normal_cdf(x)', 'x * sigmoid(x)', 'abs(x)', 'square(asinh(x))',
             'asinh(cosh(x))', 'sin(x)', 'cos(x)', 'tanh(x)', 'softplus(x)']
NAMES = {'x * normal_cdf(x)': 'gelu', 'relu(x)': 'relu', 'x * sigmoid(x)': 'silu'}

IMAGES = ['--dataset', 'cifar10', '--steps', '200', '--batch', '64', '--field', 'hidden=16,32']
KINDS = {
    'mlp': ['--task', 'mlp', '--dataset', 'mnist', '--steps', '300', '--learning-rate', '0.002'],
    'fit': ['--task', 'fit', '--dataset', 'polynomials', '--steps', '1000', '--batch', '64',
            '--learning-rate', '0.004'],
    'cnn': ['--task', 'cnn', *IMAGES, '--learning-rate', '0.002'],
    'cnn_batch_norm': ['--task', 'cnn', *IMAGES, '--learning-rate', '0.004', '--fill',
                       'norm=batch_norm'],
    'resnet': ['--task', 'resnet', *IMAGES, '--learning-rate', '0.004', '--field', 'blocks=1'],
    'text': ['--task', 'text', '--dataset', 'text', '--steps', '300', '--batch', '8',
             '--learning-rate', '0.01', '--field', 'optimizer=adamw'],
    'text_gate': ['--task', 'text', '--dataset', 'text', '--steps', '300', '--batch', '8',
                  '--learning-rate', '0.01', '--field', 'optimizer=adamw', '--fill',
                  'linear=gated'],
}


def place_of(kind, folder):
    if 'mnist' in KINDS[kind]:
        return ['--data', os.path.join(folder, 'mnist')]
    if 'cifar10' in KINDS[kind]:
        return ['--data', os.path.join(folder, 'cifar10')]
    if 'text' in kind:
        return ['--data', os.path.join(folder, 'tinyshakespeare', 'input.txt')]
    return []


def losses(program, kind, folder, function, start, seeds):
    command = [program, '--', function, *KINDS[kind], *place_of(kind, folder), '--field',
               f'start={start}', '--gates', 'off', '--split', 'select', '--seeds', str(seeds)]
    done = subprocess.run(command, capture_output=True, text=True,
                          env=dict(os.environ, OMP_NUM_THREADS='1'))
    found = [float(x) for x in re.findall(r'status=SCORED loss=(\S+)', done.stdout)]
    if len(found) != seeds:
        raise SystemExit(f'{" ".join(command)}\n{done.stdout[-500:]}{done.stderr[-500:]}')
    return found


def t_quantile(freedom):
    """97.5 % of Student's t."""
    def above(t):
        return mpmath.betainc(freedom / 2, 0.5, 0, freedom / (freedom + t * t),
                              regularized=True) / 2 - 0.025
    return float(mpmath.findroot(above, 2.2))


def difference(a, b):
    """Mean of a - b and half of its 95 % interval, paired."""
    each = [x - y for x, y in zip(a, b)]
    half = t_quantile(len(each) - 1) * statistics.stdev(each) / len(each) ** 0.5
    return statistics.mean(each), half


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('data_dir')
    parser.add_argument('--seeds', type=int, default=16)
    parser.add_argument('--kinds', default=','.join(KINDS))
    options = parser.parse_args()
    worst = {}
    for kind in options.kinds.split(','):
        print(f'\n{kind}: select loss over {options.seeds} seeds\n')
        print('| f | as written | fair | fair less as written | of one seed | -f less f, fair |')
        print('| --- | --- | --- | --- | --- | --- |')
        for function in FUNCTIONS:
            def of(start, f=function):
                return losses(options.program, kind, options.data_dir, f, start, options.seeds)
            scaled, fair = of('scaled'), of('fair')
            turned = of('fair', f'-({function})')
            gain, half = difference(fair, scaled)
            turn, turn_half = difference(turned, fair)
            name = NAMES.get(function, function)
            print(f'| `{name}` | {statistics.mean(scaled):.4f} | {statistics.mean(fair):.4f} | '
                  f'{gain:+.4f} ± {half:.4f} | {statistics.stdev(fair):.4f} | '
                  f'{turn:+.4f} ± {turn_half:.4f} |', flush=True)
            if name in ('relu', 'gelu'):
                worst[name] = max(worst.get(name, -1), gain / statistics.stdev(scaled))
    print('\nstart ' + ' '.join(f'{name}_lost_deviations={loss:.2f}'
                                for name, loss in worst.items()))


if __name__ == '__main__':
    main()

"""Searches on tasks whose teacher uses a hidden function: is it reported better than all baselines,
in the job's own setting, longer and wider? The function itself takes part in the comparison
(finals.functions), and the search may find it or another that does as well.

usage: truth.py BIN_DIR [--seeds N] [--workers N]
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

TEACHERS = ['sin(x) * sigmoid(x)', 'tanh(x) - gaussian(x)', 'relu(x) + sin(x)', 'x * gaussian(x)']
FIRST_SEED = 11  # smaller ones were looked at while job.yaml was written
JOB = pathlib.Path(__file__).parent / 'job.yaml'


def report_of(program, teacher, seed, workers):
    with tempfile.TemporaryDirectory() as folder:
        command = [program, 'search', str(JOB), '--store', f'sqlite:{folder}/jobs.db', '-o', 'json',
                   '--workers', str(workers), '--set', f'task.function={teacher}',
                   '--set', f'finals.functions=[{teacher}]',
                   '--set', f'task.seed={seed}', '--set', f'search.seed={seed}']
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f'{" ".join(command)}\n{done.stderr[-2000:]}')
        return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('bin')
    parser.add_argument('--seeds', type=int, default=5, help='of each of the four teachers')
    parser.add_argument('--workers', type=int, default=2)
    options = parser.parse_args()
    program = os.path.join(options.bin, 'actsearch')
    better = searched = jobs = 0
    for teacher in TEACHERS:
        for seed in range(FIRST_SEED, FIRST_SEED + options.seeds):
            report = report_of(program, teacher, seed, options.workers)
            given = {row['name'] or row['formula'] for row in report['front'] if row['given']}
            findings = {row['function']: row['finding'] for row in report['verdicts']}
            own = [finding for function, finding in findings.items() if function in given]
            found = [finding for function, finding in findings.items() if function not in given]
            jobs += 1
            better += own == ['better']
            searched += 'better' in found
            print(f'{teacher}, seed {seed}: {", ".join(own)}; the search found '
                  f'{", ".join(f"{f} ({findings[f]})" for f in findings if f not in given)}',
                  flush=True)
    print(f'truth better={better} of={jobs} found_another_better={searched}')


if __name__ == '__main__':
    main()

"""Prints what is in a table: usage: describe.py FOLDER"""
import gzip
import math
import pathlib
import sys


def ranks(values):
    order = sorted(range(len(values)), key=lambda i: values[i])
    result = [0.0] * len(values)
    begin = 0
    while begin < len(order):
        end = begin
        while end < len(order) and values[order[end]] == values[order[begin]]:
            end += 1
        for i in order[begin:end]:
            result[i] = (begin + end - 1) / 2
        begin = end
    return result


def spearman(a, b):
    a, b = ranks(a), ranks(b)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return covariance / math.sqrt(
        sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))


def main():
    rungs, rows = [], []
    with gzip.open(pathlib.Path(sys.argv[1]) / "table.tsv.gz", "rt") as table:
        for line in table:
            if line.startswith("# rungs "):
                rungs = line.split()[2].split(",")
            if line.startswith("#"):
                continue
            formula, *trainings = line.rstrip("\n").split("\t")
            fields = [t.split("|") for t in trainings]
            losses = [[float(v) for v in f[1].split(",")] for f in fields]  # search, select, final
            rows.append((formula, [f[0] for f in fields], [l[2] for l in losses],
                         [[float(v) for v in f[3].split(",") if v] for f in fields],
                         [float(f[4]) for f in fields], [l[0] for l in losses]))
    means = [sum(r[2]) / len(r[2]) for r in rows]
    finite = sorted(m for m in means if math.isfinite(m))
    blown = len(rows) - len(finite)
    ruled = sum(any(r[1]) for r in rows)
    seconds = sorted(s for r in rows for s in r[4])
    print(f"functions {len(rows)}, blew up {blown}, rejected by some rule {ruled}")
    print("mean final loss: " + ", ".join(
        f"{name} {finite[int(q * (len(finite) - 1))]:.4g}"
        for name, q in [("best", 0), ("1 %", 0.01), ("10 %", 0.1), ("50 %", 0.5), ("90 %", 0.9)]))
    print(f"seconds a training: median {seconds[len(seconds) // 2]:.3g}, sum {sum(seconds):.0f}")
    first, second = [r[2][0] for r in rows], [r[2][1] for r in rows]
    best = sorted(range(len(rows)), key=lambda i: means[i])[:len(rows) // 10]
    print(f"rank correlation of two seeds: {spearman(first, second):.3f}, "
          f"within the best tenth {spearman([first[i] for i in best], [second[i] for i in best]):.3f}")
    seen = [r[5][0] for r in rows]
    seen_best = [seen[i] for i in best]
    other = [sum(r[2][len(r[2]) // 2:]) / (len(r[2]) - len(r[2]) // 2) for r in rows]
    print(f"rank correlation of one search loss with the final losses of other trainings: "
          f"{spearman(seen, other):.3f}, within the best tenth "
          f"{spearman(seen_best, [other[i] for i in best]):.3f}")
    for k, rung in enumerate(rungs):
        at = [r[3][0][k] if len(r[3][0]) > k else math.inf for r in rows]
        print(f"rank correlation of step {rung} with the end, one training: {spearman(at, seen):.3f}")
    print("best: " + "; ".join(rows[i][0] for i in best[:10]))


if __name__ == "__main__":
    main()

"""Prints reports of `actsearch search -o json` as Markdown: what each search found against the best
baseline in every setting, the baselines, and the verdicts.

usage: table.py TASK REPORT...    (a report is named TASK-STRATEGY.json)
"""
import json
import pathlib
import sys


def row(cells):
    return "| " + " | ".join(cells) + " |"


def head(cells):
    return row(cells) + "\n" + row(["---"] * len(cells))


def interval(value, digits=4):
    return f"{value['mean']:.{digits}f} [{value['low']:.{digits}f}, {value['high']:.{digits}f}]"


def judged(report):
    """The function that the verdict is of: it is in all comparisons of a search."""
    return report["verdicts"][0]["function"] if report["verdicts"] else None


def closest(report, setting):
    """Its comparison with the baseline of the least loss in this setting; none: nothing to say."""
    rows = report["front"] + report["confirm"]
    losses = {r["name"]: r["loss"]["mean"] for r in rows
              if r["baseline"] and r["setting"] == setting and r["loss"]}
    there = [c for c in report["comparisons"]
             if c["setting"] == setting and c["function"] == judged(report)]
    return min(there, key=lambda c: losses.get(c["baseline"], float("inf")), default=None)


def found_rows(strategy, report):
    function = judged(report)
    rows = {r["setting"]: r for r in report["front"] + report["confirm"]
            if r["formula"] == function and not r["baseline"] and r["loss"]}
    for setting in ("base", "longer", "wider"):
        comparison = closest(report, setting)
        if setting not in rows or comparison is None:
            continue
        entry = rows[setting]
        yield row([strategy, setting, f"`{function}`" if setting == "base" else "",
                   interval(entry["loss"]), comparison["baseline"],
                   f"{comparison['difference']:+.4f} "
                   f"[{comparison['low']:+.4f}, {comparison['high']:+.4f}]",
                   f"{comparison['p_holm']:.3g}", comparison["is"]])


def note(strategy, report):
    job = report["job"]
    outcomes = ", ".join(f"{n} {name}" for name, n in sorted(job["outcomes"].items()))
    seconds = (job["updated_ms"] - job["created_ms"]) / 1000
    text = f"- {strategy}: {outcomes}; {seconds:.0f} s. {report['verdict']}"
    nearest = closest(report, "base")
    if nearest and nearest["is"] == "not told apart":
        text += (f" The interval excludes that it is better than {nearest['baseline']} by more than "
                 f"{-nearest['low']:.4f}, or worse by more than {nearest['high']:.4f}.")
    return text


def main():
    task, paths = sys.argv[1], [pathlib.Path(p) for p in sys.argv[2:]]
    reports = {p.stem.removeprefix(task + "-"): json.loads(p.read_text()) for p in paths}
    print(f"### {task}\n")
    print(head(["found by", "setting", "function", "final loss [95 % CI]", "best baseline",
                "less its loss [95 % CI]", "p (Holm)", "it is"]))
    for strategy, report in reports.items():
        print("\n".join(found_rows(strategy, report)))
    print("\n" + head(["baseline", "final loss [95 % CI]", "accuracy % [95 % CI]", "rate", "stop"]))
    baselines = {e["name"]: e for report in reports.values() for e in report["front"]
                 if e["baseline"] and e["loss"]}
    for entry in sorted(baselines.values(), key=lambda e: e["loss"]["mean"]):
        accuracy = {k: 100 * v for k, v in entry["metrics"]["accuracy"].items() if k != "seeds"}
        print(row([entry["name"], interval(entry["loss"]), interval(accuracy, 2),
                   f"{entry['learning_rate']:g}" + (" (edge)" if entry["at_edge"] else ""),
                   str(entry["stop"])]))
    print("\n" + "\n".join(note(strategy, report) for strategy, report in reports.items()) + "\n")


if __name__ == "__main__":
    main()

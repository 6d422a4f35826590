"""Prints reports of `actsearch search -o json` as one Markdown table a task.

usage: table.py TASK REPORT...    (a report is named TASK-STRATEGY.json)
"""
import json
import pathlib
import sys


def interval(value, scale=1.0, digits=4):
    mean, low, high = (f"{value[key] * scale:.{digits}f}" for key in ("mean", "low", "high"))
    return f"{mean} [{low}, {high}]"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def main():
    task, paths = sys.argv[1], [pathlib.Path(p) for p in sys.argv[2:]]
    print(f"### {task}\n")
    print(row(["found by", "function", "final loss [95 % CI]", "accuracy % [95 % CI]", "rate", "cost"]))
    print("| --- | --- | --- | --- | --- | --- |")
    notes, entries, baselines = [], [], {}
    for path in paths:
        report = json.loads(path.read_text())
        strategy = path.stem.removeprefix(task + "-")
        for entry in report["front"]:
            if entry["baseline"]:
                baselines.setdefault(entry["name"], entry)
        found = [e for e in report["front"] if not e["baseline"]]
        # The one that the select split prefers: the final split only reports.
        chosen = min(found, key=lambda e: e["select_loss"])
        entries.append((strategy, chosen))
        outcomes = ", ".join(f"{n} {name}" for name, n in sorted(report["job"]["outcomes"].items()))
        seconds = (report["job"]["updated_ms"] - report["job"]["created_ms"]) / 1000
        notes.append(f"- {strategy}: {outcomes}; {seconds:.0f} s. {report['verdict']}")
    entries += [("(baseline)", e) for e in baselines.values()]
    for who, e in sorted(entries, key=lambda pair: pair[1]["loss"]["mean"]):
        name = e["name"] or "`" + e["formula"] + "`"
        print(row([who, name, interval(e["loss"]), interval(e["accuracy"], 100, 2),
                   f"{e['learning_rate']:g}", str(e["cost"])]))
    print("\n" + "\n".join(notes) + "\n")


if __name__ == "__main__":
    main()

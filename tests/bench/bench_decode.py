"""How many photographs the scanner reads, and in what time: `python -m tests.bench.bench_decode`.

Draws both halves of tests/photographs (the ladder was tuned on one, the other only judges), reads each picture through the sandbox
as the doors do, and prints a table for docs/credential.md: hits by severity, by kind and by step, time as the child measured it.
`--alone` adds what each engine reads by itself with one look, in this process. Takes minutes: `--number 1` is a third of it.
"""

import argparse
import collections
import statistics
import time

import numpy as np

from kiosk.check.reading import OURS
from tests.photographs import scenes
from workflow.reading import pictures, scanner


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--number", type=int, default=3, help="pictures of each kind and severity")
    asked.add_argument("--half", choices=tuple(scenes.HALVES), action="append")
    asked.add_argument("--alone", action="store_true")
    given = asked.parse_args()
    for half in given.half or tuple(scenes.HALVES):
        report(half, given.number, given.alone)


def report(half: str, number: int, alone: bool) -> None:
    hits: collections.Counter[tuple[str, str]] = collections.Counter()
    steps: dict[str, list[float]] = collections.defaultdict(list)
    times: dict[str, list[float]] = collections.defaultdict(list)
    by_itself: collections.Counter[tuple[str, str]] = collections.Counter()
    wrong, totals = [], collections.Counter[str]()
    for photo in scenes.every(half, number):
        began = time.monotonic()
        read = scanner.read(photo.data, OURS)
        times["whole, starts included"].append((time.monotonic() - began) * 1000)
        totals[photo.severity] += 1
        times[photo.severity].append(read.ms)
        if read.text == photo.text:
            hits[photo.kind, photo.severity] += 1
            steps[read.by].append(read.ms)
        elif read.text is None:
            steps["not read"].append(read.ms)
        else:
            wrong.append(photo.name)
        if alone:
            for engine, text in _alone(photo.data):
                by_itself[engine, photo.severity] += text == photo.text
    print(f"\n## {half}: {sum(totals.values())} photographs, wrong texts {wrong or 'none'}")
    for severity in scenes.SEVERITIES:
        read_there = sum(count for (_, s), count in hits.items() if s == severity)
        print(f"{severity:8} {read_there:4} of {totals[severity]}  {_figures(times[severity])}  " + "  ".join(f"{e} alone {by_itself[e, severity]}" for e in ("zxing", "zbar") if alone))
    print(f"through the sandbox: {_figures(times['whole, starts included'])}")
    print("step | read | median ms\n" + "\n".join(f"{step} | {len(took)} | {statistics.median(took):.0f}" for step, took in sorted(steps.items(), key=lambda each: -len(each[1]))))
    print("kind | " + " | ".join(scenes.SEVERITIES))
    for kind in dict.fromkeys(kind for kind, _ in hits):
        print(f"{kind} | " + " | ".join(f"{hits[kind, severity]}/{number}" for severity in scenes.SEVERITIES))


def _alone(data: bytes) -> list[tuple[str, str | None]]:
    *_, grey = pictures.views(data)
    engines = {"zxing": scanner._zxing(), "zbar": scanner._zbar()}
    return [(name, next((text for text, _, _ in read(grey) if text), None)) for name, read in engines.items()]


def _figures(took: list[float]) -> str:
    return f"median {statistics.median(took):.0f} ms, p95 {np.percentile(took, 95):.0f}, most {max(took):.0f}"


if __name__ == "__main__":
    main()

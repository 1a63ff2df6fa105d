"""How many drawn passports are read: `python -m tests.bench.bench_passports tuned|unseen|fresh [--each 3] [--table FILE]`.

Every scan of tests/passports/scans.py with holders by seed. Exact: both lines as printed. Digits: all five hold. Fields: number, dates and
surname as printed. Wrong in silence: all five digits hold and a line still differs (line 1, nationality and sex stand under no digit).
"""

import argparse
import statistics
import time
from pathlib import Path

import numpy as np

from tests.passports.holders import Holder, holder
from tests.passports.scans import SCANS
from workflow.intake import passport_page
from workflow.intake.mrz import LAYOUTS, checks_of

SEEDS = {"tuned": 11, "unseen": 9011, "fresh": 31337}  # fresh: drawn after what went wrong in the others had been looked at


def case(which: str, name: str, number: int) -> tuple[Holder, bytes, str]:
    """A holder and the scan. The same arguments give the same bytes."""
    rng = np.random.default_rng([SEEDS[which], number, sum(map(ord, name))])
    who = holder(rng, difficult=name == "difficult number")
    return who, *SCANS[name](who, rng)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("half", choices=SEEDS)
    asked.add_argument("--each", type=int, default=3)
    asked.add_argument("--table", type=Path)
    given = asked.parse_args()
    engine = passport_page._engine()
    passport_page._engine = lambda: engine
    lines, wrong, spent, sums = ["| scan | pages | exact | five digits | fields |", "|---|---|---|---|---|"], [], [], [0, 0, 0, 0, 0]
    for name in SCANS:
        exact = digits = fields = 0
        for number in range(given.each):
            who, data, kind = case(given.half, name, number)
            begun = time.process_time()
            answer, _ = passport_page.read_page(data, kind, "2026-11-22")
            spent.append(time.process_time() - begun)
            got = tuple(answer["lines"])
            held = bool(got) and len(got[0]) == 44 and all(checks_of("TD3", got).values())
            same = [held and _cut(got, each) == _cut(who.lines, each) for each in ("number", "birth", "expiry")]
            surname = held and got[0][5:].partition("<<")[0] == who.lines[0][5:].partition("<<")[0]
            exact, digits, fields = exact + (got == who.lines), digits + held, fields + (all(same) and surname)
            if got != who.lines:
                wrong.append(f"- {name} {number}{', digits hold' if held else ''}: {who.lines} read {got}")
                sums[4] += held
        sums = [sums[0] + given.each, sums[1] + exact, sums[2] + digits, sums[3] + fields, sums[4]]
        lines.append(f"| {name} | {given.each} | {exact} | {digits} | {fields} |")
        print(lines[-1], flush=True)
    lines += [f"| **all** | {sums[0]} | {sums[1]} | {sums[2]} | {sums[3]} |", "", f"Digits hold and a line still differs: {sums[4]}. CPU a page, median {statistics.median(spent):.1f} s, most {max(spent):.1f} s.", "", *wrong]
    print("\n".join(lines[-len(wrong) - 4 :]))
    if given.table:
        given.table.write_text("\n".join(lines) + "\n")


def _cut(lines: tuple[str, ...], field: str) -> str:
    line, start, end = LAYOUTS["TD3"].fields[field]
    return lines[line][start:end]


if __name__ == "__main__":
    main()

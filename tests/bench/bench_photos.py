"""What the photo's checks say about made photographs: `python -m tests.bench.bench_photos tuned|unseen [--table FILE]`.

All sitters with all recipes of tests/faces/cases.py, of one half. Told: per recipe how many were refused, held for the officer,
let through; every false refusal and every miss by name; CPU seconds and memory of the whole check in one warm process.
A sitter's own faults (tests/faces/sitters.FAULTS) do not count as false refusals: they are rightly refused, on every wall.
"""

import argparse
import resource
import statistics
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faces.cases import SOUND, Case, half
from tests.faces.sitters import FAULTS
from workflow.intake import photo
from workflow.intake.findings import found
from workflow.intake.photo_rules import RULES

TODAY = "2026-11-22"


@dataclass
class Told:
    """Of one case: codes refused and held, and what was wanted."""

    case: Case
    refused: set[str]
    held: set[str]
    measures: dict[str, Any] = field(default_factory=dict)
    cpu: float = 0.0

    @property
    def outcome(self) -> str:
        """"refused", "held" or "passed": by any code for a sound one, by its own codes for a spoilt one."""
        own = set(FAULTS.get(self.case.sitter, ())) - set(self.case.codes)
        refused, held = (each & set(self.case.codes) if self.case.codes else each - own for each in (self.refused, self.held))
        return "refused" if refused else "held" if held else "passed"

    @property
    def wrong(self) -> bool:
        if not self.case.codes:
            return self.outcome == "refused"
        return self.outcome == "passed" or (self.case.level == "reject" and self.outcome == "held")


def judge(case: Case) -> Told:
    """As `photo.examine_photo`, in this process: what a warm worker would spend."""
    begun = time.process_time()
    kind, data = photo.sniff(case.data), case.data
    if kind != "jpg":
        told = [found(RULES, "format", kind.upper(), "JPG").as_dict()]
        seen: dict[str, Any] = {"measures": {}}
    else:
        seen, _ = photo.measure(data, str(photo.MODELS), TODAY)
        told = seen["findings"]
        if len(data) > photo.THRESHOLDS["bytes"]:
            told = [*told, found(RULES, "filesize").as_dict()]
    levels: dict[str, set[str]] = defaultdict(set)
    for each in told:
        levels[each["level"]].add(each["code"])
    return Told(case, levels["reject"], levels["review"], seen["measures"], time.process_time() - begun)


def table(all_told: list[Told]) -> list[str]:
    """Markdown: recipe, photographs, refused, held, let through, the codes named."""
    rows = ["| case | photos | refused | held | through | named |", "|---|---|---|---|---|---|"]
    by_name: dict[str, list[Told]] = defaultdict(list)
    for each in all_told:
        by_name[each.case.name].append(each)
    for name, group in by_name.items():
        counts = Counter(each.outcome for each in group)
        own = [code for each in group for code in (each.refused | each.held) - set(() if each.case.codes else FAULTS.get(each.case.sitter, ()))]
        named = ", ".join(f"{code} {count}" for code, count in Counter(own).most_common(4))
        mark = "" if name in SOUND else f" → {'/'.join(group[0].case.codes)}"
        rows.append(f"| {name}{mark} | {len(group)} | {counts['refused']} | {counts['held']} | {counts['passed']} | {named} |")
    return rows


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("half", choices=("tuned", "unseen"))
    asked.add_argument("--table", type=Path)
    given = asked.parse_args()
    told = [judge(case) for case in half(given.half)]
    lines = table(told)
    sound, spoilt = ([each for each in told if bool(each.case.codes) is bad] for bad in (False, True))
    lines += ["", f"Sound: {len(sound)}, refused falsely {sum(each.wrong for each in sound)}, held {sum(each.outcome == 'held' for each in sound)}."]
    lines += [f"Spoilt: {len(spoilt)}, refused {sum(each.outcome == 'refused' for each in spoilt)}, held {sum(each.outcome == 'held' for each in spoilt)}, missed {sum(each.outcome == 'passed' for each in spoilt)}.", ""]
    lines += [f"- {'false refusal' if not each.case.codes else each.outcome}: {each.case.name}, {each.case.sitter}: {sorted(each.refused)} held {sorted(each.held)}" for each in told if each.wrong]
    cpu, memory = statistics.median(each.cpu for each in told), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines += ["", f"CPU, median a photo, warm: {cpu:.2f} s; most {max(each.cpu for each in told):.2f} s. Memory of the process, the making of the photographs included: {memory:.0f} MB."]
    print("\n".join(lines))
    if given.table:
        given.table.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

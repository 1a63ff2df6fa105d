"""docs/workflow.md from the tables: `python -m scripts.workflow_doc` writes it, `--check` says whether it is fresh.

Every life with its states and moves, every service with its pages, materials and papers, every profile with its limits.
Whatever a table gains stands on the page after the next run; nothing is written by hand there.
"""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import fields
from enum import StrEnum
from types import ModuleType
from typing import Any

from scripts.environment import ROOT
from workflow import application, card, clock, employer, notice, permit, profiles, residence, words
from workflow.engine import Move
from workflow.fields import Section
from workflow.materials import MATERIALS, MEGABYTE, Material
from workflow.papers import KINDS, Paper, Slot
from workflow.roles import LABELS, Role
from workflow.services import MENUS, SERVICES, Needed, Service

TARGET = ROOT / "docs" / "workflow.md"
LIVES: tuple[tuple[str, ModuleType], ...] = (
    ("A case, from draft to decision", application),
    ("A residence step, from the originals to the permit", residence),
    ("A notification", notice),
    ("A permit", permit),
    ("An electronic card", card),
    ("An employer's account", employer),
)


APART = {"code", "menu", "official", "label", "sections", "attachment_sections", "materials", "on_grant"}  # fields of a service shown elsewhere
NAMES = {"who": "who may", "brings": "at hand", "after": "afterwards", "open_to": "filed by"}


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table; what would break a row is written otherwise."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(str(cell).replace('|', '/').replace(chr(10), ' ') for cell in row)} |" for row in rows)]


def state(code: StrEnum) -> str:
    return f"`{code.value}`"


def roles(by: Iterable[StrEnum]) -> str:
    return ", ".join(LABELS[Role(role)] for role in by)


def paper(kind: Paper | Slot) -> str:
    return "what the service's row names" if isinstance(kind, Slot) else f"{KINDS[kind].official} ({KINDS[kind].label})"


def move_row(move: Move, states: int) -> tuple[str, ...]:
    source = "any" if len(move.source) == states else ", ".join(state(s) for s in move.source)
    needs = " · ".join(guard.otherwise for guard in move.guards)
    return f"`{move.trigger}`", source, state(move.dest) if move.dest else "stays", roles(move.by), needs, ", ".join(move.asks), ", ".join(paper(p) for p in move.issues)  # type: ignore[arg-type]


def life(title: str, module: ModuleType) -> list[str]:
    flow = module.lifecycle
    named = [(state(s), words.STATES.get(s, s.value.replace("_", " ")), words.HOLDERS.get(s, ""), _limit(s), "" if _leaves(flow.moves, s) else "end") for s in flow.states]
    moves = [move_row(m, len(flow.states)) for m in flow.moves]
    return [
        f"## {title}", f"`workflow/{module.__name__.rpartition('.')[2]}.py`", "",
        *table(("state", "words", "who has it", "limit that runs", ""), named), "",
        *table(("move", "from", "to", "whose", "refused with", "asks", "issues"), moves), "",
    ]  # fmt: skip


def _leaves(moves: Iterable[Move], here: StrEnum) -> bool:
    return any(here in m.source and m.dest is not None for m in moves)


def _limit(here: StrEnum) -> str:
    runs: dict[Any, str] = dict(clock.LIMIT_IN)
    rests: dict[Any, str] = dict(clock.PAUSES)
    return runs.get(here, "") + (f" ({rests[here]} stands still)" if here in rests else "")


def service(row: Service) -> list[str]:
    facts = [("code", f"`{row.code}`"), ("menu", menu(row.menu)), ("on grant", ", ".join(paper(p) for p in row.on_grant))]
    facts += [(NAMES.get(f.name, f.name.replace("_", " ")), said(getattr(row, f.name))) for f in fields(row) if f.name not in APART and getattr(row, f.name)]
    return [
        f"### {row.official} ({row.label})", "", *table(("", ""), facts), "",
        *table(("page", "asks (● required)"), [(s.title + (" (rows)" if s.repeating else ""), questions(s)) for s in row.all_sections]), "",
        *table(("material", "needed", "files", "written promise instead", "original at the counter"), [material(n) for n in row.materials]), "",
    ]  # fmt: skip


def walk(row: Service) -> list[tuple[str, ...]]:
    """State by state, of the case and then of its residence step: whose turn it is, what that person may do, and the papers that leave with it."""
    flows = [(application, application.MOVES)] + ([(residence, residence.MOVES)] if row.residence else [])
    turns: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for module, moves in flows:
        for here in module.lifecycle.states:
            for move in (m for m in moves if here in m.source and _of(row, m, here)):
                issued = [KINDS[k].official for p in move.issues for k in (row.on_grant if isinstance(p, Slot) else (Paper(p),))]
                does = f"`{move.trigger}`" + (f" → {state(move.dest)}" if move.dest else "")
                turns.setdefault((state(here), roles(move.by)), []).append((does, f"`{move.trigger}` {'、'.join(issued)}" if issued else ""))
    return [(row.official, here, who, "; ".join(does for does, _ in done), "; ".join(filter(None, (papers for _, papers in done)))) for (here, who), done in turns.items()]


def _of(row: Service, move: Move, here: StrEnum) -> bool:
    """Is this a move of a case of this service, from this state?"""
    if isinstance(here, application.State):
        return (move.trigger == "complete_paper") is (row.open_to == (Role.WINDOW,)) and Role.CUTOVER not in move.by
    together = here in residence.BEFORE_WINDOW or move.trigger in ("book", "join_permit", "refuse_together", "end_together")
    return here is not residence.ResidenceState.AWAITING_ORIGINALS if row.is_joint else not together


def menu(code: str) -> str:
    entry: Any = MENUS.get(code, code)
    return f"{entry.official} ({entry.label})" if hasattr(entry, "official") else f"{entry[0]} ({entry[1]})"


def said(value: Any) -> str:
    """A cell of the table as words: a role by its label, a condition by its sentence and the way out, lists by their parts."""
    if isinstance(value, tuple | list):
        return "; ".join(map(said, value))
    if hasattr(value, "guard"):
        return f"{value.guard.otherwise} → {value.instead}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return LABELS[value] if isinstance(value, Role) else str(value)


def questions(section: Section) -> str:
    return "; ".join(("● " if f.required else "") + f.label + (f" (if {f.when[0]} is {' or '.join(f.when[1])})" if f.when else "") for f in section.fields)


def material(needed: Needed) -> tuple[str, ...]:
    row = needed.material
    when = f"if {condition(needed.when)}" if needed.when else "yes" if needed.required else "may be added"
    if waived := getattr(needed, "unless", ()):
        when += f", unless {' and '.join(map(condition, waived))}"
    return f"{row.official} ({row.label})", when, files(row), "class A" if row.commit else "from overseas" if row.pledge else "", row.original


def condition(held: tuple[str, str, tuple[str, ...]]) -> str:
    section, field, values = held
    if field == "*":
        return f"{section} has a row"
    return f"{section}.{field} is {' or '.join(values)}" if len(values) < 4 else f"{section}.{field} is one of {len(values)} answers"


def files(row: Material) -> str:
    extra = "".join((", authenticated" * row.authenticated, ", translated" * row.translated, f", issued within {row.months} months" if row.months else ""))
    return f"{'/'.join(row.accept)}, {row.max_bytes // MEGABYTE} MB, {row.max_pages} pages, {row.max_files} files{extra}"


def limits() -> list[str]:
    codes = list(profiles.PROFILES)
    kinds = sorted({kind for p in profiles.PROFILES.values() for kind in p.limits})
    rows = [(kind, *(f"{p.limits[kind].promised} / {p.limits[kind].statutory}" if kind in p.limits else "" for p in profiles.PROFILES.values())) for kind in kinds]
    others = [f.name for f in fields(profiles.Profile) if f.name not in ("code", "limits")]
    rest = [(name.replace("_", " "), *(said(getattr(p, name)) for p in profiles.PROFILES.values())) for name in others]
    return ["## Limits of the authorities", "Working days, promised / by law. The day of an event is not counted; one extension of a decision adds " f"{clock.EXTENSION_DAYS}.", "", *table(("limit", *codes), rows), "", *table(("arrangement", *codes), rest), ""]  # fmt: skip


def page() -> str:
    lines = ["# What the tables say", "", "Made by `python -m scripts.workflow_doc` from `workflow/`. Change a table, not this page.", ""]
    for title, module in LIVES:
        lines += life(title, module)
    lines += ["## Services", ""]
    for row in SERVICES.values():
        lines += service(row)
    lines += ["## Every service, state by state", "", "Whose turn it is, what that person may do, and what leaves the office with it. The residence step follows the case where the service has one.", ""]
    lines += [*table(("service", "state", "role", "may", "papers"), [line for row in SERVICES.values() for line in walk(row)]), ""]
    unused = sorted(set(MATERIALS) - {n.code for row in SERVICES.values() for n in row.materials})
    lines += [f"Materials that no service asks for: {', '.join(f'`{code}`' for code in unused) or 'none'}.", "", *limits()]
    lines += ["## Papers", "", *table(("paper", "series", "code"), [(f"{k.official} ({k.label})", k.series, f"`{p.value}`") for p, k in KINDS.items()]), ""]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """0 when written or fresh, 1 when `--check` found it stale."""
    fresh = page()
    if arguments == ["--check"]:
        if TARGET.exists() and TARGET.read_text("utf-8") == fresh:
            return 0
        print("docs/workflow.md is stale: run `python -m scripts.workflow_doc`.", file=sys.stderr)
        return 1
    TARGET.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

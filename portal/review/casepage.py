"""What the page of a case says, put together from rows at hand: files, claims line by line, what was changed, what will be told, what may be done."""

from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_login import current_user

from portal import inspected
from portal.review import phrases
from portal.review.levers import bar
from workflow import asking, deeds, marking, passport_answers
from workflow.application import ENDED, MARKERS, WITH_EMPLOYER, lifecycle
from workflow.fields import Field, Section
from workflow.materials import Material
from workflow.models import Case, CaseMaterial, Defect, Permit
from workflow.services import service

MATERIALS_PART, FILE_PART = "materials", "casefile"
COUNTED = ("return_all_at_once", "return_for_correction", "send_back")


@dataclass
class Line:
    """One claim: a field with its value, or a whole page of a repeating section (`field` None). `before` is what stood there when it was told."""

    target: str
    label: str
    field: Field | None = None
    value: Any = None
    before: Any = None
    changed: bool = False
    defect: Defect | None = None
    ticked: bool = False


@dataclass
class Paper:
    """One kind of material: its live files, those that were replaced after a defect, what the checks found."""

    target: str
    material: Material
    files: list[CaseMaterial]
    replaced: list[CaseMaterial] = field(default_factory=list)
    findings: list[Any] = field(default_factory=list)
    committed: bool = False
    changed: bool = False
    defect: Defect | None = None
    ticked: bool = False


def parts(case: Case) -> list[tuple[str, str]]:
    row = service(case.service)
    return [(s.code, s.title) for s in row.all_sections]


def may_mark(case: Case) -> bool:
    return MARKERS.get(case.state) in current_user.roles


def _settled(case: Case) -> list[Defect]:
    """Defects of the last return that the employer has worked on: these tell old from new."""
    last = deeds.returns(case)
    return [d for d in case.defects if d.state in ("answered", "cleared") and d.round == last]


def lines(case: Case, section: Section) -> list[tuple[str, list[Line]]]:
    """Groups of lines: one without a title, or one for each row of a repeating section."""
    held = case.answers.get(section.code)
    if not section.repeating:
        return [("", [_line(case, section, None, f, held or {}) for f in section.fields if f.asked(held or {})])]
    whole = Line(f"answers:{section.code}", gettext("The page as a whole"), defect=_marked(case, f"answers:{section.code}"))
    whole.changed = any(_old(d) is not None and d.before != held for d in _settled(case) if d.target.split(".")[0] == f"answers:{section.code}")
    whole.ticked = _ticked(case, whole.target, whole.changed)
    groups = [(gettext(section.row_title) % {"n": n + 1}, [_line(case, section, n, f, row) for f in section.fields if f.asked(row)]) for n, row in enumerate(held or [])]
    return [("", [whole]), *groups]


def _line(case: Case, section: Section, index: int | None, f: Field, row: dict[str, Any]) -> Line:
    target = f"answers:{section.code}.{f.code}" if index is None else f"answers:{section.code}.{index}.{f.code}"
    line = Line(target, gettext(f.label), f, row.get(f.code), defect=_marked(case, target))
    for defect in _settled(case):
        if defect.target in (target, f"answers:{section.code}") or (section.repeating and defect.target.split(".")[0] == f"answers:{section.code}"):
            before = _held_before(defect, index, f)
            if (before or None) != (line.value or None):
                line.before, line.changed = before, True
    line.ticked = _ticked(case, target, line.changed)
    return line


def _ticked(case: Case, target: str, changed: bool) -> bool:
    """Looked at and found in order, and not changed by the employer since."""
    tick = next((t for t in case.ticks if t.target == target), None)
    return tick is not None and (not changed or tick.round == deeds.returns(case))


def tally(rows: list[Any]) -> dict[str, Any]:
    """How far the officer is with these lines or papers: `done` of `all` judged (a tick or a defect), and the targets still `left`."""
    left = [row.target for row in rows if not (row.defect or row.ticked)]
    return {"done": len(rows) - len(left), "all": len(rows), "left": left}


def _held_before(defect: Defect, index: int | None, f: Field) -> Any:
    before = _old(defect)
    if isinstance(before, list):
        row = before[index] if index is not None and index < len(before) else {}
        return row.get(f.code) if isinstance(row, dict) else None
    return before.get(f.code) if isinstance(before, dict) else before


def _old(defect: Defect) -> Any:
    return defect.before


def _marked(case: Case, target: str) -> Defect | None:
    return next((d for d in case.open_defects if d.target == target), None)


def papers(case: Case) -> list[Paper]:
    """Every material of the service that is there, was asked for, or has a defect; in the service's order."""
    found = []
    for needed in service(case.service).materials:
        live = [m for m in case.live_materials if m.kind == needed.code]
        target = f"material:{needed.code}"
        defect = _marked(case, target)
        if not (live or defect or needed.due(case.answers)):
            continue
        told = [d for d in _settled(case) if d.target == target]
        old = {sha for d in told for sha in (d.before or [])} - {m.sha256 for m in live}
        replaced = [m for m in case.materials if m.kind == needed.code and m.replaced_at and m.sha256 in old]
        findings = inspected.shown(f for f in case.findings if f.is_live and f.target == target)
        if needed.code == passport_answers.KIND:
            findings += inspected.shown(passport_answers.differences(case))
        changed = bool(told) and [m.sha256 for m in live] != told[-1].before
        paper = Paper(target, needed.material, [m for m in live if m.sha256], replaced, findings, any(m.committed for m in live), changed, defect)
        paper.ticked = _ticked(case, target, changed)
        found.append(paper)
    return found


def about(case: Case, target: str) -> str:
    """What a defect is about, in the reader's words."""
    kind, _, rest = target.partition(":")
    if kind == "material":
        needed = service(case.service).needed(rest)
        return gettext(needed.material.label) if needed else rest
    code, *path = rest.split(".")
    section = service(case.service).section(code)
    if section is None:
        return rest
    words_ = [gettext(section.title)]
    if path and path[0].isdigit():
        words_.append(gettext(section.row_title) % {"n": int(path[0]) + 1})
    asked = section.field(path[-1]) if path else None
    return " › ".join([*words_, gettext(asked.label)] if asked else words_)


def part_of(target: str) -> str:
    kind, _, rest = target.partition(":")
    return MATERIALS_PART if kind == "material" else rest.split(".")[0]


def flagged(case: Case) -> set[str]:
    """Codes of the parts on which a defect is marked."""
    return {part_of(d.target) for d in case.open_defects}


def opened_defect(case: Case, asked: str) -> dict[str, Any] | None:
    """The form under the list: to mark or reword (`asked` is a target), or to take back ("ok:" and the target)."""
    back, target = asked.startswith("ok:"), asked.removeprefix("ok:")
    if not target or not may_mark(case) or not marking.known_target(case, target):
        return None
    defect = _marked(case, target)
    if back:
        return {"target": target, "about": about(case, target), "back": True, "defect": defect} if defect else None
    number = case.open_defects.index(defect) + 1 if defect else len(case.open_defects) + 1
    return {"target": target, "about": about(case, target), "back": False, "defect": defect, "number": number, "text": defect.text if defect else phrases.usual(target)}


def moves(case: Case) -> list[dict[str, Any]]:
    """The levers open to the viewer. The button that returns counts what it will tell."""
    return bar(lifecycle, case, lambda trigger: url_for("review.move", case_id=case.id, trigger=trigger), dict.fromkeys(COUNTED, len(case.open_defects)))


def seen(case: Case, row: CaseMaterial) -> dict[str, Any]:
    """What the machine saw in the file, as the employer sees it too."""
    return inspected.of_file(case, row, lambda which: url_for("review.picture", case_id=case.id, material_id=row.id, which=which))


def passport_reads(case: Case) -> dict[str, str]:
    """Sentences for claims that the passport reads otherwise, by their target."""
    return {f"answers:{f.target}": inspected.words(f) for f in passport_answers.differences(case)}


def passport_cautions(case: Case) -> set[str]:
    """Targets of claims that equal what was read and that no check digit covers."""
    return {f"answers:{target}" for target in passport_answers.unproven(case)} - set(passport_reads(case))


def held_elsewhere(case: Case) -> Permit | None:
    """For the officer's eyes alone: the employer who files learns nothing here of another one's staff."""
    return None if case.state in ENDED else asking.held_elsewhere(case)


def waits_for_employer(case: Case) -> bool:
    return case.state in WITH_EMPLOYER

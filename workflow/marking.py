"""What an officer says of a filing line by line: a defect, a defect taken back, in order.

A defect is a line in the case file, since the employer will read it. "In order" is the officer's own tick: it is kept so that nothing is looked at
twice and nothing is missed, says who set it and when, and falls when the employer changes what it stood beside.
"""

from collections.abc import Iterable
from typing import Any

from workflow import clock, deeds, ledger
from workflow.application import MARKERS
from workflow.engine import N_, Refused, within_reach
from workflow.models import Case, Checked, Defect, writing
from workflow.roles import Role
from workflow.services import service
from workflow.transaction import load, within

LONGEST = 2000  # characters of one defect
__all__ = ["in_order", "known_target", "mark", "strike"]


def mark(case_id: int, target: str, text: str, *, by: Any, defect_id: int | None = None) -> Defect:
    """Mark a defect on a field or material, or reword one not told yet. `text` says what is wrong and how to mend it."""
    with writing() as session:
        case = load(Case, case_id)
        role = _marker(case, by)
        if not text.strip():
            raise Refused("text", N_("Write what is wrong and how it can be corrected: the employer reads exactly this."))
        within("text", text.strip(), LONGEST)
        if not known_target(case, target):
            raise Refused("target", N_("A defect belongs to a field or a material of this filing."))
        from_version = case.version
        defect = next((d for d in case.open_defects if d.id == defect_id or (defect_id is None and d.target == target)), None)
        if defect is None:
            defect = Defect(case_id=case.id, target=target, marked_by_id=by.id, marked_at=clock.now(), round=deeds.returns(case) + 1)
            session.add(defect)
            case.defects.append(defect)
        defect.text = text.strip()
        ledger.write(case, "mark", by=by, role=role, from_version=from_version, facts={"target": target, "text": defect.text})
        case.changed_at = clock.now()
        session.flush()
        return defect


def strike(case_id: int, defect_id: int, *, by: Any) -> Case:
    """Take back a defect that has not been told: what it stood beside is then in order."""
    with writing() as session:
        case = load(Case, case_id)
        role = _marker(case, by)
        defect = next((d for d in case.open_defects if d.id == defect_id), None)
        if defect is None:
            raise Refused("defect", N_("This defect has been told to the employer, or taken back already."))
        from_version, defect.state = case.version, "struck"
        _tick(case, [defect.target], by)
        ledger.write(case, "strike", by=by, role=role, from_version=from_version, facts={"target": defect.target})
        case.changed_at = clock.now()
        session.flush()
        return case


def in_order(case_id: int, targets: Iterable[str], *, by: Any) -> Case:
    """Tick lines of a filing as looked at and in order. What carries an open defect stays a defect: that is taken back by its own deed."""
    with writing() as session:
        case = load(Case, case_id)
        _marker(case, by)
        wanted = list(dict.fromkeys(targets))
        if not wanted or not all(known_target(case, target) for target in wanted):
            raise Refused("target", N_("A tick belongs to a field or a material of this filing."))
        _tick(case, wanted, by)
        session.flush()
        return case


def _tick(case: Case, targets: Iterable[str], by: Any) -> None:
    held, now = {tick.target: tick for tick in case.ticks}, {"round": deeds.returns(case), "by_id": by.id, "at": clock.now()}
    for target in targets:
        if tick := held.get(target):
            tick.round, tick.by_id, tick.at = now["round"], now["by_id"], now["at"]
        else:
            case.ticks.append(Checked(target=target, **now))


def _marker(case: Case, by: Any) -> Role:
    role = MARKERS.get(case.state)
    if role is None or role not in by.roles or not within_reach(case, by):
        raise Refused("role", N_("This step belongs to another office or person."))
    return role


def known_target(case: Case, target: str) -> bool:
    kind, _, rest = target.partition(":")
    row = service(case.service)
    if kind == "material":
        return row.needed(rest) is not None
    code, *path = rest.split(".")
    section = row.section(code) if kind == "answers" else None
    if section is None or (len(path) == 2 and not (path[0].isascii() and path[0].isdigit() and len(path[0]) < 4)) or len(path) > 2:
        return False
    return not path or section.field(path[-1]) is not None

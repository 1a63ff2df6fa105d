"""Walk any service through the desk: begin, answer, attach what is due, file, review, decide. Nothing here goes through HTTP."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tests import factories
from workflow import attaching, clock, desk
from workflow.materials import MATERIALS
from workflow.models import Card, Case, Permit, db, writing
from workflow.services import service


def on(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def permit_of(case: Case) -> Permit:
    return db.session.scalars(sa.select(Permit).where(Permit.case_id == case.id)).one()


def set_period(permit: Permit, start: date, end: date) -> Permit:
    """Put the permit where the test needs it on the calendar."""
    with writing() as session:
        row = session.get_one(Permit, permit.id)
        row.valid_from, row.valid_to = start, end
    return db.session.get_one(Permit, permit.id)


def ending_in(days: int, **basic: Any) -> Permit:
    """A granted permit that began a year ago and has this many days left."""
    case = factories.granted_case(**basic)
    return set_period(permit_of(case), clock.today() - timedelta(days=365), clock.today() + timedelta(days=days))


def legacy(permit: Permit, *, claimed: bool, card: str = "") -> Permit:
    with writing() as session:
        row = session.get_one(Permit, permit.id)
        row.origin, row.claimed, row.physical_card_number = "legacy", claimed, card
    return db.session.get_one(Permit, permit.id)


def with_card(permit: Permit) -> Card:
    with writing() as session:
        card = Card(person_id=permit.person_id, password_hash="x", security_number=f"ITA0{permit.person_id:014d}", registered_at=clock.now())
        session.add(card)
    return db.session.get_one(Card, card.id)


def draft(code: str, subject: Permit | None = None, answers: dict[str, dict] | None = None, *, by: str = "lin", without: tuple[str, ...] = ()) -> Case:
    """A draft with these answers over what it begins with, and every material that is due."""
    person = factories.person(by)
    with factories.quick():
        case = desk.start(code, by=person, subject=subject.id if subject else None)
        for section, held in (answers or {}).items():
            kept = case.answers.get(section) if not isinstance(held, list) else None
            case = desk.keep(case.id, section, {k: str(v) for k, v in {**(kept or {}), **held}.items()} if isinstance(held, dict) else held, by=person)
        for needed in service(case.service).materials:
            if needed.due(case.answers) and needed.code not in without:
                name, data = factories.sample_file(needed.code)
                issued = clock.today() - timedelta(days=30) if MATERIALS[needed.code].months else None
                done = attaching.attach(case.id, needed.code, name, data, by=person, issued_on=issued)
                assert done.material is not None, (needed.code, done.findings)
    return db.session.get_one(Case, case.id)


def wrong(case: Case) -> dict[str, str]:
    """Everything that stands in the way, by its place."""
    return {p.target: p.msgid % p.values if p.values else p.msgid for p in [*case.faults, *case.missing]}


def decide(case: Case, trigger: str = "grant", **answers: str) -> Case:
    """From the draft to the decision, by the right people."""
    for lever, who, given in (
        ("submit", "lin", {}), ("pass_preliminary", "zhou", {}), ("accept", "zhou", {}), ("recommend", "qin", {"opinion": "符合条件。", "grounds": "服务指南"}), (trigger, "wei", answers),
    ):  # fmt: skip
        case = factories.move(case, lever, who, **given)
    return db.session.get_one(Case, case.id)


def kinds(case: Case) -> set[str]:
    return {p.kind.value for p in case.papers}


SAMPLE = factories.sample_answers

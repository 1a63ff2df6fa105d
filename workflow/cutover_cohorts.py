"""Who is meant by the rules of 1 December 2024 (domain.md 1.3): the cohorts T2–T5 as queries, and the sentence an employer reads.

A day is Beijing's: the 30th ends and the 1st begins at 16:00 UTC. Everything may be narrowed to one authority.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflow import clock
from workflow.application import LEGACY_CARD_STATES, OPEN_STATES
from workflow.engine import N_
from workflow.models import Authority, Case, CutoverLine, Employer, Permit, Person, db
from workflow.permit import PermitState

EFFECTIVE = datetime(2024, 12, 1, tzinfo=clock.BEIJING)
WHY_RETURNED = N_(
    "Since 1 December 2024 no work-permit cards are issued. This card application of the old system was returned to preliminary review of the application "
    "from overseas, and the authority reviews it anew. You need do nothing until it asks. After the grant download the new Notification and the Decision."
)


@dataclass(frozen=True, slots=True)
class Cohort:
    code: str
    label: str
    treatment: str


COHORTS = (
    Cohort("T2", N_("Notification applications in flight"), N_("Go on untouched")),
    Cohort("T3", N_("Card applications in flight"), N_("Return to preliminary review of the application from overseas")),
    Cohort("T4", N_("Notifications granted, card never claimed"), N_("The employer may ask for a new Notification")),
    Cohort("T5", N_("Physical cards not yet expired"), N_("The employer may exchange it for an electronic permit")),
)


def beijing_day(moment: datetime) -> date:
    return moment.astimezone(clock.BEIJING).date()


def in_flight(effective: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """T3: a card application of the old system that had been filed before the moment."""
    return Case.state.in_(LEGACY_CARD_STATES), Case.submitted_at < effective


def _untouched(effective: datetime) -> sa.Select:
    journal = sa.select(CutoverLine.case_id).where(CutoverLine.case_id == Case.id, CutoverLine.undone_at.is_(None))
    return _cases().where(Case.state.in_(OPEN_STATES), Case.origin == "legacy", ~journal.exists())


def _returned(effective: datetime) -> sa.Select:
    return _cases().where(*in_flight(effective))


def _unclaimed(effective: datetime) -> sa.Select:
    """Not claimed, and no card application in flight: that one is reviewed anew by T3, and brings the new Notification."""
    day = beijing_day(effective)
    card = sa.select(Case.id).where(
        Case.passport_no == Person.passport_no, Case.nationality == Person.nationality, Case.origin == "legacy", Case.state.in_((*LEGACY_CARD_STATES, *OPEN_STATES))
    )
    held = (Permit.claimed.is_(False), Permit.physical_card_number == "", Permit.issued_on < day, ~card.correlate(Person).exists())
    return _permits(day).where(*held)


def _carded(effective: datetime) -> sa.Select:
    return _permits(beijing_day(effective)).where(Permit.claimed.is_(True), Permit.physical_card_number != "")


def _cases() -> sa.Select:
    columns = (Case.id, Case.number, Case.applicant, Case.authority_id, Employer.name.label("employer"), Case.due_on.label("until"), sa.literal("").label("card"))
    return sa.select(*columns).join(Employer, Employer.id == Case.employer_id)


def _permits(day: date) -> sa.Select:
    name = Person.surname + sa.literal(" ") + Person.given_names
    columns = (Permit.id, Person.permit_number.label("number"), name.label("applicant"), Permit.authority_id, Employer.name.label("employer"), Permit.valid_to.label("until"))
    query = sa.select(*columns, Permit.physical_card_number.label("card")).join(Person, Person.id == Permit.person_id).join(Employer, Employer.id == Permit.employer_id)
    return query.where(Permit.origin == "legacy", Permit.state == PermitState.VALID, Permit.valid_to >= day)


QUERIES = {"T2": _untouched, "T3": _returned, "T4": _unclaimed, "T5": _carded}


def members(code: str, effective: datetime = EFFECTIVE, authority_id: int | None = None) -> sa.Select:
    """The members of a cohort: rows of id, number, applicant, authority_id, employer, until, card. `id` orders them."""
    query = QUERIES[code](effective)
    authority = Case.authority_id if code in ("T2", "T3") else Permit.authority_id
    return query if authority_id is None else query.where(authority == authority_id)


def counts(effective: datetime = EFFECTIVE, authority_id: int | None = None) -> dict[str, dict[str, int]]:
    """How many of each cohort, by the authority's division."""
    found: dict[str, dict[str, int]] = {cohort.code: {} for cohort in COHORTS}
    parts = []
    for code in found:
        inner = members(code, effective, authority_id).subquery()
        part = sa.select(sa.literal(code), Authority.division, sa.func.count()).select_from(inner).join(Authority, Authority.id == inner.c.authority_id).group_by(Authority.division)
        parts.append(part)
    for code, division, number in db.session.execute(sa.union_all(*parts)):
        found[code][division] = number
    return found


def listed(code: str, effective: datetime = EFFECTIVE, authority_id: int | None = None, limit: int | None = None, after: int = 0) -> Iterator[Any]:
    """The members by id, streamed; those beyond the id `after`."""
    key = Case.id if code in ("T2", "T3") else Permit.id
    query = members(code, effective, authority_id).where(key > after)
    yield from db.session.execute(query.order_by(key).limit(limit).execution_options(yield_per=1000))


def returned_among(case_ids: Collection[int]) -> set[int]:
    """Which of these cases the run has returned and nobody has taken back: they show WHY_RETURNED."""
    if not case_ids:
        return set()
    return set(db.session.scalars(sa.select(CutoverLine.case_id).where(CutoverLine.case_id.in_(case_ids), CutoverLine.undone_at.is_(None))))


def card_applications_of(permits: Sequence[Permit], without: int | None = None) -> dict[int, str]:
    """By permit, the number of the card application of the old system that is in flight for its holder, or returned and not decided yet."""
    old = {p.id: (p.person.passport_no, p.person.nationality) for p in permits if p.origin == "legacy"}
    if not old:
        return {}
    states = (*LEGACY_CARD_STATES, *OPEN_STATES)
    found = sa.select(Case.passport_no, Case.nationality, Case.number).where(Case.passport_no.in_([number for number, _ in old.values()]), Case.origin == "legacy", Case.state.in_(states), Case.id != (without or 0))
    cases = {(number, country): case for number, country, case in db.session.execute(found)}
    return {permit_id: cases[holder] for permit_id, holder in old.items() if holder in cases}


def offered_new_notice(permit: Permit, on: date | None = None) -> bool:
    """T4: may the employer ask for a new Notification for this permit? (A card application in flight is for the asker to look up.)"""
    return permit.origin == "legacy" and not permit.claimed and not permit.physical_card_number and permit.in_force(on)


def offered_electronic(permit: Permit, on: date | None = None) -> bool:
    """T5: does a physical card that has not expired stand on file?"""
    return permit.origin == "legacy" and permit.claimed and bool(permit.physical_card_number) and permit.in_force(on)

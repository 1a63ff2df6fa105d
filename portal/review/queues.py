"""What stands in a queue: the cases of one stage and authority by promised limit, their figures, and pages by key instead of number."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_login import current_user
from sqlalchemy.orm import joinedload, lazyload

from workflow import clock
from workflow.application import State
from workflow.models import Case, CaseFinding, CaseMaterial, Defect, Employer, User, db

PAGE = 20
FILTERS = ("over", "today", "again", "mine")
NAME_ONLY = (lazyload(User.grants), lazyload(User.employer), lazyload(User.authority))
SHOWN = (joinedload(Case.employer), joinedload(Case.claimed_by).options(*NAME_ONLY), joinedload(Case.profile_row))
AGAIN = sa.exists().where(Defect.case_id == Case.id, Defect.state == "cleared")


@dataclass(frozen=True)
class Asked:
    """What the address asks for; anything unreadable in it counts as not asked."""

    only: str = ""
    text: str = ""
    permit_class: str = ""
    after: tuple[date, int] | None = None
    before: tuple[date, int] | None = None

    @classmethod
    def read(cls, args: Any) -> "Asked":
        only, letter = args.get("only", ""), args.get("class", "")
        return cls(only if only in FILTERS else "", args.get("q", "").strip()[:80], letter if letter in ("A", "B", "C") else "", _key(args.get("after")), _key(args.get("before")))

    def args(self, **changes: Any) -> dict[str, Any]:
        held = {"only": self.only, "q": self.text, "class": self.permit_class} | changes
        return {k: v for k, v in held.items() if v}


def _key(text: str | None) -> tuple[date, int] | None:
    day, _, number = (text or "").partition("_")
    try:
        return (date.fromisoformat(day), int(number)) if len(number) < 10 else None
    except ValueError:
        return None


def key_of(case: Case) -> str:
    return f"{case.due_on}_{case.id}"


def stage(state: State) -> sa.ColumnElement[bool]:
    return sa.and_(Case.authority_id == current_user.authority_id, Case.state == state)


def figures(state: State) -> dict[str, int]:
    """All, how many each filter would leave, and the most urgent that no colleague has taken (0: none): one statement."""
    today = clock.today()
    tests = {"over": Case.due_on < today, "today": Case.due_on == today, "again": AGAIN, "mine": Case.claimed_by_id == current_user.id}
    free = sa.or_(Case.claimed_by_id.is_(None), Case.claimed_by_id == current_user.id)
    urgent = sa.select(Case.id).where(stage(state), free).order_by(Case.due_on, Case.id).limit(1).scalar_subquery()
    counted = (sa.func.sum(sa.case((test, 1), else_=0)) for test in tests.values())
    row = db.session.execute(sa.select(sa.func.count(), *counted, urgent).where(stage(state))).one()
    return dict(zip(("all", *tests, "urgent"), (int(n or 0) for n in row), strict=True))


def matching(text: str) -> sa.ColumnElement[bool]:
    """By name, case number, passport number or employer. What is typed is looked for as it is: % and _ are letters here."""
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    tests = [Case.applicant.ilike(like, escape="\\"), Case.number.ilike(like, escape="\\"), Case.passport_no == text.upper(), Employer.name.ilike(like, escape="\\")]
    return sa.or_(*tests)


def page(state: State, asked: Asked) -> tuple[list[Case], str, str]:
    """Up to PAGE cases, and the keys for the page before and after ("" where there is none)."""
    query = sa.select(Case).join(Employer, Case.employer_id == Employer.id).where(stage(state)).options(*SHOWN)
    tests = {"over": Case.due_on < clock.today(), "today": Case.due_on == clock.today(), "again": AGAIN, "mine": Case.claimed_by_id == current_user.id}
    if asked.only:
        query = query.where(tests[asked.only])
    if asked.text:
        query = query.where(matching(asked.text))
    if asked.permit_class:
        query = query.where(Case.permit_class == asked.permit_class)
    place = sa.tuple_(Case.due_on, Case.id)
    if asked.before:
        query = query.where(place < sa.tuple_(*(sa.literal(v) for v in asked.before))).order_by(Case.due_on.desc(), Case.id.desc())
    else:
        query = query.order_by(Case.due_on, Case.id)
        if asked.after:
            query = query.where(place > sa.tuple_(*(sa.literal(v) for v in asked.after)))
    found = list(db.session.scalars(query.limit(PAGE + 1)).unique())
    more, rows = len(found) > PAGE, found[:PAGE]
    if asked.before:
        rows.reverse()
        return rows, key_of(rows[0]) if more and rows else "", key_of(rows[-1]) if rows else ""
    return rows, key_of(rows[0]) if asked.after and rows else "", key_of(rows[-1]) if more else ""


def findings_of(cases: list[Case]) -> dict[int, int]:
    """How many live findings wait for an officer's judgement, by case."""
    if not cases:
        return {}
    live = sa.or_(CaseFinding.material_id.is_(None), CaseMaterial.replaced_at.is_(None))
    query = sa.select(CaseFinding.case_id, sa.func.count()).outerjoin(CaseMaterial, CaseFinding.material_id == CaseMaterial.id)
    query = query.where(CaseFinding.case_id.in_([c.id for c in cases]), live).group_by(CaseFinding.case_id)
    return {row[0]: int(row[1]) for row in db.session.execute(query)}


def found(text: str, after: int | None) -> tuple[list[Case], int | None]:
    """Cases of the own authority, filed at least once, newest first."""
    query = sa.select(Case).join(Employer, Case.employer_id == Employer.id).where(Case.authority_id == current_user.authority_id, Case.state != State.DRAFT, matching(text))
    if after:
        query = query.where(Case.id < after)
    rows = list(db.session.scalars(query.options(*SHOWN).order_by(Case.id.desc()).limit(PAGE + 1)).unique())
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None

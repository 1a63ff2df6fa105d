"""The lines of the roster: each permit of the employer with its person, notice, card and residence step. A page costs four statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import request
from sqlalchemy.orm import joinedload, lazyload, load_only

from portal import reach
from workflow import clock
from workflow.models import Card, Employer, PaperRow, Permit, Person, Residence, db
from workflow.notice import NoticeState
from workflow.papers import NOTICES
from workflow.permit import PermitState

SOON = timedelta(days=90)
SHOWS = ("expiring", "current", "ended", "uncarded")


@dataclass(frozen=True)
class Line:
    permit: Permit
    standing: str
    notice_until: date | None
    notice_state: str  # in_force, expired, superseded, cancelled; "" if there is none
    card: str  # registered, none
    residence: Residence | None

    @property
    def days_left(self) -> int:
        return (self.permit.valid_to - clock.today()).days


def asked() -> tuple[str, str]:
    """(show, q) as the address asks for them."""
    show = request.args.get("show", "")
    return (show if show in SHOWS else ""), " ".join(request.args.get("q", "")[:80].split())


def query() -> sa.Select:
    """What the address asks for, within reach."""
    show, text = asked()
    found = sa.select(Permit).join(Person, Permit.person_id == Person.id).where(reach.within(Permit.employer_id))
    found = found.options(lazyload(Permit.authority), joinedload(Permit.employer).options(load_only(Employer.name), lazyload(Employer.authority)))
    for condition in _conditions(show):
        found = found.where(condition)
    if text:
        like = text.upper().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        name = sa.func.upper(Person.surname + " " + Person.given_names)
        found = found.where(sa.or_(name.like(f"%{like}%", escape="\\"), Person.chinese_name.like(f"%{like}%", escape="\\"), Person.permit_number.like(f"{like}%", escape="\\")))
    return found


def _conditions(show: str) -> tuple[sa.ColumnElement[bool], ...]:
    today = clock.today()
    lives = (Permit.state == PermitState.VALID, Permit.valid_to >= today)
    if show == "expiring":
        return (*lives, Permit.valid_to <= today + SOON)
    if show == "current":
        return lives
    if show == "ended":
        return (sa.or_(Permit.state != PermitState.VALID, Permit.valid_to < today),)
    if show == "uncarded":
        return (*lives, ~sa.exists().where(Card.person_id == Permit.person_id))
    return ()


def figures() -> dict[str, int]:
    """How many are in force, end soon, have no card, have ended: one statement."""
    today, mine = clock.today(), reach.within(Permit.employer_id)
    lives = sa.and_(Permit.state == PermitState.VALID, Permit.valid_to >= today)
    carded = sa.exists().where(Card.person_id == Permit.person_id)
    count = lambda condition: sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)  # noqa: E731
    row = db.session.execute(sa.select(count(lives), count(sa.and_(lives, Permit.valid_to <= today + SOON)), count(sa.and_(lives, ~carded)), count(~lives)).where(mine)).one()
    return dict(zip(("current", "expiring", "uncarded", "ended"), (int(n) for n in row), strict=True))


def lines(permits: Iterable[Permit]) -> list[Line]:
    permits, today = list(permits), clock.today()
    ids, people = [p.id for p in permits], [p.person_id for p in permits]
    notices = _newest(sa.select(PaperRow.permit_id, PaperRow.valid_until, PaperRow.state).where(PaperRow.permit_id.in_(ids), PaperRow.kind.in_(NOTICES)).order_by(PaperRow.id))
    cards = set(db.session.scalars(sa.select(Card.person_id).where(Card.person_id.in_(people))))
    residences = {r.permit_id: r for r in db.session.scalars(sa.select(Residence).where(Residence.permit_id.in_(ids)).options(lazyload(Residence.permit)).order_by(Residence.id))}
    return [
        Line(p, p.standing(today), notices[p.id].valid_until if p.id in notices else None, _of_notice(notices.get(p.id), today), "registered" if p.person_id in cards else "none", residences.get(p.id))
        for p in permits
    ]


def _newest(query: sa.Select) -> dict[int, Any]:
    return {row.permit_id: row for row in db.session.execute(query)}


def _of_notice(row: Any, today: date) -> str:
    if row is None:
        return ""
    return "expired" if row.state is NoticeState.IN_FORCE and row.valid_until and row.valid_until < today else str(row.state.value)

"""The figures beside the menu: one grouped count a request, scoped to whoever looks."""

import sqlalchemy as sa
from flask import g
from flask_login import current_user

from portal import reach
from workflow.application import OPEN_STATES, State
from workflow.employer import EmployerState
from workflow.models import CardOverride, Case, Employer, HolderReport, Message, db


def of(name: str) -> int:
    if "figures" not in g:
        g.figures = _count()
    return g.figures.get(name, 0)


def _count() -> dict[str, int]:
    user = current_user
    query = sa.select(Case.state, sa.func.count()).group_by(Case.state)
    if user.employer_id is not None:
        query = query.where(reach.within(Case.employer_id))
    elif user.authority_id is not None:
        query = query.where(Case.authority_id == user.authority_id, Case.state.in_(OPEN_STATES))
    else:
        return {}
    states = dict(db.session.execute(query).all())
    figures = {state.value: states.get(state, 0) for state in State}
    figures |= {"in_progress": sum(states.get(s, 0) for s in OPEN_STATES), "drafts": states.get(State.DRAFT, 0)}
    mine = Message.employer_id == user.employer_id if user.employer_id is not None else Message.user_id == user.id
    unread = sa.select(sa.func.count()).select_from(Message).where(mine, Message.read_at.is_(None)).scalar_subquery()
    pending = sa.select(sa.func.count()).select_from(Employer).where(Employer.authority_id == user.authority_id, Employer.state == EmployerState.PENDING).scalar_subquery()
    wrong = sa.select(sa.func.count()).select_from(HolderReport).where(HolderReport.authority_id == user.authority_id, HolderReport.answered_at.is_(None)).scalar_subquery()
    doubled = sa.select(sa.func.count()).select_from(CardOverride).where(CardOverride.authority_id == user.authority_id, CardOverride.outcome == "").scalar_subquery()
    counted = db.session.execute(sa.select(unread, pending, wrong, doubled)).one()
    figures |= dict(zip(("unread", "employers_pending", "reports", "second_looks"), counted, strict=True))
    return figures

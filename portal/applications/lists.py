"""我的: cases in progress, closed cases, drafts, papers. Lists are scoped to the employer and paged by key, so a page never shifts under one's hand."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload, lazyload, load_only, selectinload

from portal import figures, reach
from portal.access import requires
from portal.applications import keyset
from portal.applications.cases import paper_line
from portal.applications.finding import first_undone, pages
from portal.applications.views import bp
from portal.fragments import render_part
from workflow import asking, clock, desk, words
from workflow.application import CORRECTING, ENDED, LEGACY_CARD_STATES, OPEN_STATES, State
from workflow.cutover_cohorts import WHY_RETURNED, returned_among
from workflow.models import Case, CaseMaterial, Employer, PaperRow, Permit, Residence, db
from workflow.permit import PermitState
from workflow.roles import Role
from workflow.services import service

IN_PROGRESS = (*OPEN_STATES, *LEGACY_CARD_STATES)
MOVING = tuple(s for s in IN_PROGRESS if s not in CORRECTING)
SOON = timedelta(days=90)
FAR = date(9999, 12, 31)


@bp.get("/mine")
@requires(Role.HANDLER)
def mine() -> Response:
    """What waits for the employer first, the rest by deadline."""
    show = request.args.get("show", "")
    query = _mine().where(Case.state.in_({"waiting": CORRECTING, "moving": MOVING}.get(show, IN_PROGRESS)))
    if show == "expiring":
        query = _mine().where(Case.id.in_(sa.select(Permit.case_id).where(*_expiring())))
    rank = sa.case((Case.state.in_(CORRECTING), 0), else_=1)
    due = sa.func.coalesce(Case.due_on, sa.literal(FAR, sa.Date))
    shown = _searched(query).options(selectinload(Case.defects), joinedload(Case.profile_row))
    page = keyset.page(shown, (rank, due, Case.id), (int, date.fromisoformat, int))
    counts = _counts()
    returned = returned_among([c.id for c in page.rows if c.origin == "legacy"])
    return render_part(
        "portal/applications/_cases.html", "portal/applications/mine.html",
        rows=[_line(c) | {"why": gettext(WHY_RETURNED) if c.id in returned else ""} for c in page.rows], paging=page, show=show, q=_q(), counts=counts, total=_total(_searched(query)), duty=_duty(), soon=SOON.days,
    )  # fmt: skip


@bp.get("/closed")
@requires(Role.HANDLER)
def closed() -> Response:
    """What has come to its end, the latest first."""
    query = _searched(_mine().where(Case.state.in_(ENDED)).options(selectinload(Case.papers), joinedload(Case.profile_row), joinedload(Case.residence).lazyload(Residence.permit)))
    page = keyset.page(query, (Case.id,), (int,), descending=True)
    return render_part(
        "portal/applications/_closed.html", "portal/applications/closed.html",
        rows=[_line(c) | {"papers": [paper_line(p) for p in c.papers if p.kind in service(c.service).on_grant]} for c in page.rows], paging=page, q=_q(), total=_total(query), show="",
    )  # fmt: skip


@bp.get("/drafts")
@requires(Role.HANDLER)
def drafts() -> Response:
    """What has been begun. A draft is never lost."""
    query = _mine().where(Case.state == State.DRAFT).options(selectinload(Case.materials).joinedload(CaseMaterial.stored), joinedload(Case.handler), joinedload(Case.about), joinedload(Case.profile_row))
    page = keyset.page(query, (Case.id,), (int,), descending=True)
    return render_part("portal/applications/_drafts.html", "portal/applications/drafts.html", rows=[_draft(c) for c in page.rows], paging=page, total=_total(query))


@bp.get("/papers")
@requires(Role.HANDLER)
def papers() -> Response:
    """Every paper issued to the employer, the latest first; those not downloaded yet by themselves."""
    query = sa.select(PaperRow).join(Case, PaperRow.case_id == Case.id).where(reach.within(Case.employer_id)).options(joinedload(PaperRow.case).options(joinedload(Case.profile_row), joinedload(Case.residence).lazyload(Residence.permit)))
    fresh = request.args.get("show") == "new"
    if fresh:
        query = query.where(PaperRow.first_download_at.is_(None))
    if _q():
        query = query.where(_matches())
    page = keyset.page(query, (PaperRow.id,), (int,), descending=True)
    return render_part("portal/applications/_papers.html", "portal/applications/papers.html", rows=[paper_line(p) for p in page.rows], paging=page, q=_q(), show="new" if fresh else "", total=_total(query))


def _mine() -> sa.Select:
    return sa.select(Case).where(reach.within(Case.employer_id)).options(joinedload(Case.employer).options(load_only(Employer.name), lazyload(Employer.authority)))


def _q() -> str:
    return " ".join(request.args.get("q", "")[:80].split())


def _matches() -> sa.ColumnElement[bool]:
    """Name or case number, anywhere in it; letters as in the passport."""
    text = _q().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return sa.or_(sa.func.upper(Case.applicant).like(f"%{text.upper()}%", escape="\\"), Case.number.like(f"%{text}%", escape="\\"))


def _searched(query: sa.Select) -> sa.Select:
    return query.where(_matches()) if _q() else query


def _total(query: sa.Select) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).options().subquery())) or 0


def _expiring() -> tuple:
    today = clock.today()
    return (reach.within(Permit.employer_id), Permit.state == PermitState.VALID, Permit.valid_to >= today, Permit.valid_to <= today + SOON)


def _counts() -> dict[str, int]:
    """By state as the menu has counted them already; papers and permits in one more statement."""
    fresh = sa.select(sa.func.count()).select_from(PaperRow).join(Case, PaperRow.case_id == Case.id).where(reach.within(Case.employer_id), PaperRow.first_download_at.is_(None))
    expiring = sa.select(sa.func.count()).select_from(Permit).where(*_expiring())
    papers, ending = db.session.execute(sa.select(fresh.scalar_subquery(), expiring.scalar_subquery())).one()
    return {"waiting": sum(figures.of(s.value) for s in CORRECTING), "moving": sum(figures.of(s.value) for s in MOVING), "papers": papers, "expiring": ending}


def _duty() -> dict[str, Any] | None:
    """The nearest end of a permit, and by when an extension would have to be filed."""
    permit = db.session.scalar(sa.select(Permit).where(*_expiring()).order_by(Permit.valid_to, Permit.id).limit(1))
    if permit is None:
        return None
    file_by = permit.valid_to - timedelta(days=asking.profile_of(permit.authority_id).extension_latest)
    return {"name": permit.person.name, "until": permit.valid_to, "file_by": file_by, "late": file_by < clock.today(), "latest": (permit.valid_to - file_by).days}


def _whose(case: Case) -> str:
    """The employer's name where a list holds several employers' cases, else ""."""
    return case.employer.name if reach.for_others() and case.employer else ""


def _line(case: Case) -> dict[str, Any]:
    waits, deadline = case.state in CORRECTING, desk.employers_deadline(case)
    return {
        "case": case, "whose": _whose(case), "mine": waits, "service": gettext(service(case.service).label), "holder": gettext(words.HOLDERS.get(case.state, "")) if case.state in words.HOLDERS else "",
        "deadline": replace(deadline, statutory=None) if deadline else None, "url": url_for(".show", case_id=case.id), "defects": len(case.told_defects) if waits else 0,
    }  # fmt: skip


def _draft(case: Case) -> dict[str, Any]:
    form, todo = pages(service(case.service)), first_undone(case)
    return {"case": case, "whose": _whose(case), "service": gettext(service(case.service).label), "url": url_for(".show", case_id=case.id), "next": next(title for codes, title in form if todo in codes), "handler": case.handler.name}

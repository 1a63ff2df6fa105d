"""外籍员工名册: every permit of the employer, what it is worth today, and what has to be done next. To look at and to take away."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa
from flask import Blueprint, Response, make_response

from portal import reach
from portal.access import requires
from portal.applications import keyset
from portal.fragments import render_part
from portal.roster import export, rows
from workflow import clock
from workflow.models import Permit, db
from workflow.permit import PermitState
from workflow.roles import Role

bp = Blueprint("roster", __name__, url_prefix="/roster")
MOST = 20_000  # lines of an export; a file of more is no roster


@bp.get("/")
@requires(Role.HANDLER)
def index() -> Response:
    """Those in force first, by their last day; then those that have ended."""
    show, text = rows.asked()
    found = rows.query()
    page = keyset.page(found, (_ended(), Permit.valid_to, Permit.id), (int, date.fromisoformat, int))
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found.order_by(None).subquery())) or 0
    return render_part(
        "portal/roster/_staff.html", "portal/roster/index.html",
        rows=rows.lines(page.rows), paging=page, show=show, q=text, total=total, figures_of=rows.figures(), for_others=reach.for_others(), soon=rows.SOON.days,
    )  # fmt: skip


@bp.get("/staff.csv")
@requires(Role.HANDLER)
def as_csv() -> Response:
    return _file(export.as_csv(_all()), "csv", "text/csv; charset=utf-8")


@bp.get("/staff.xlsx")
@requires(Role.HANDLER)
def as_xlsx() -> Response:
    return _file(export.as_xlsx(_all()), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def _ended() -> sa.ColumnElement[int]:
    return sa.case((sa.and_(Permit.state == PermitState.VALID, Permit.valid_to >= clock.today()), 0), else_=1)


def _all() -> Iterator[rows.Line]:
    found = db.session.scalars(rows.query().order_by(_ended(), Permit.valid_to, Permit.id).limit(MOST)).all()
    for start in range(0, len(found), 400):
        yield from rows.lines(found[start : start + 400])


def _file(data: bytes, ending: str, media_type: str) -> Response:
    response = make_response(data)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="staff-{clock.today().isoformat()}.{ending}"'
    return response

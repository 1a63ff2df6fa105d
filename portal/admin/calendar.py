"""Limits and calendar: what the authority promises beside what the law allows, and the days an administrator has set by hand."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.admin.views import bp
from workflow import calendars, clock
from workflow.engine import N_
from workflow.fields import Field
from workflow.models import AuthorityProfile, CalendarDay, db, writing
from workflow.profiles import NATIONAL
from workflow.roles import Role

LIMITS = {
    "preliminary": N_("Preliminary review"),
    "acceptance": N_("Acceptance"),
    "decision": N_("Examination and decision"),
    "correction": N_("Supplement and correction by the employer"),
    "employer": N_("Confirming an employer's account"),
}
FIELDS = (
    Field("day", N_("Date"), "date", required=True),
    Field("working", N_("This day is"), "choice", required=True, choices=(("yes", N_("a working day")), ("no", N_("a day off")))),
    Field("note", N_("Reason"), hint=N_("For example the number of the State Council's notice."), max_length=80),
)
FURTHEST = timedelta(days=3 * 366)


@bp.get("/calendar")
@requires(Role.ADMIN)
def calendar() -> Response:
    return _page()


@bp.post("/calendar")
@requires(Role.ADMIN)
def set_day() -> Response:
    values, errors = forms.take(FIELDS, request.form)
    if "day" not in errors and not clock.today() - FURTHEST <= date.fromisoformat(values["day"]) <= clock.today() + FURTHEST:
        errors["day"] = _("Only days within three years of today can be set.")
    if errors:
        return _page(values, errors, 422)
    with writing() as session:
        session.merge(CalendarDay(day=date.fromisoformat(values["day"]), working=values["working"] == "yes", note=values["note"]))
    flash(_("%(day)s is set. Dates not yet reached count by it from now on.", day=values["day"]), "good")
    return redirect(url_for(".calendar"), 303)  # type: ignore[return-value]


@bp.post("/calendar/unset")
@requires(Role.ADMIN)
def unset_day() -> Response:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _page(errors={"": _("There is no such day.")}, status=422)
    with writing() as session:
        session.execute(sa.delete(CalendarDay).where(CalendarDay.day == day))
    flash(_("%(day)s counts as in the official calendar again.", day=day.isoformat()), "good")
    return redirect(url_for(".calendar"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    days = db.session.scalars(sa.select(CalendarDay).order_by(CalendarDay.day.desc()).limit(200)).all()
    row = db.session.scalar(sa.select(AuthorityProfile).where(AuthorityProfile.authority_id == current_user.authority_id).order_by(AuthorityProfile.version.desc()).limit(1))
    limits = (row.profile if row else NATIONAL).limits
    today = clock.today()
    provisional = next((year for year in range(today.year, today.year + 4) if calendars.is_provisional(date(year, 12, 31))), None)
    page = render_template(
        "portal/admin/calendar.html", days=days, fields=FIELDS, values=values or {}, errors=errors or {}, limits=[(LIMITS[k], v) for k, v in limits.items() if k in LIMITS],
        version=row.version if row else 0, provisional=provisional, today=today,
    )  # fmt: skip
    return make_response(page, status)

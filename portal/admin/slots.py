"""Appointment hours of the window: which days, from when to when, how many at a time. Opened here, booked by the employers."""

from datetime import date, time
from itertools import groupby
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.admin.views import bp
from portal.fragments import refusal_status, refusal_text
from workflow import appointments
from workflow.engine import N_, Refused
from workflow.fields import Field
from workflow.roles import Role

HOURS = tuple((f"{h:02d}:{m:02d}", f"{h:02d}:{m:02d}") for h in range(8, 20) for m in (0, 30))
FIELDS = (
    Field("first_day", N_("First day"), "date", required=True, hint=N_("Working days only are opened."), width="half"),
    Field("last_day", N_("Last day"), "date", required=True, width="half"),
    Field("opens", N_("From"), "choice", required=True, choices=HOURS, width="half"),
    Field("closes", N_("Until"), "choice", required=True, choices=HOURS, width="half"),
    Field("minutes", N_("Minutes for one appointment"), "choice", required=True, choices=(("15", "15"), ("30", "30"), ("60", "60")), width="half"),
    Field("capacity", N_("People at the same time"), "integer", required=True, hint=N_("As many as there are windows for it."), max_length=3, width="half"),
)


@bp.get("/appointment-hours")
@requires(Role.ADMIN)
def slots() -> Response:
    return _page()


@bp.post("/appointment-hours")
@requires(Role.ADMIN)
def open_slots() -> Response:
    values, errors = forms.take(FIELDS, request.form)
    if errors:
        return _page(values, errors, 422)
    hours = appointments.times(time.fromisoformat(values["opens"]), time.fromisoformat(values["closes"]), int(values["minutes"]))
    try:
        count = appointments.open_days(date.fromisoformat(values["first_day"]), date.fromisoformat(values["last_day"]), hours, int(values["capacity"]), by=current_user)
    except Refused as refusal:
        field = forms.at_field(refusal)
        return _page(values, {field: refusal_text(refusal)}, 422 if field else refusal_status(refusal))
    flash(ngettext("%(num)s time is open.", "%(num)s times are open.", count), "good")
    return redirect(url_for(".slots"), 303)  # type: ignore[return-value]


@bp.post("/appointment-hours/close")
@requires(Role.ADMIN)
def close_slots() -> Response:
    try:
        appointments.close_day(date.fromisoformat(request.form.get("day", "")[:10]), by=current_user)
    except ValueError:
        return _page(errors={"": _("There is no such day.")}, status=422)
    flash(_("Closed for new appointments. Who has booked comes."), "good")
    return redirect(url_for(".slots"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    days = [(day, list(rows)) for day, rows in groupby(appointments.slots_ahead(current_user.authority_id), lambda s: s.day)]
    shown = [{"day": day, "first": rows[0].hour, "last": rows[-1].hour, "places": sum(s.capacity for s in rows), "taken": sum(s.taken for s in rows)} for day, rows in days]
    values = values or {"opens": "09:00", "closes": "12:00", "minutes": "30", "capacity": 2}
    return make_response(render_template("portal/admin/slots.html", days=shown, fields=FIELDS, values=values, errors=errors or {}), status)

"""The appointment at a window, for what is filed together with the residence permit: booked after the material review, moved once before its day."""

from itertools import groupby
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.access import requires
from portal.applications import forms
from portal.applications.finding import find
from portal.applications.views import bp
from portal.fragments import new_key, refusal_status, refusal_text
from workflow import appointments, counter
from workflow.engine import Refused
from workflow.models import Case, Residence
from workflow.residence import lifecycle
from workflow.roles import Role


@bp.get("/<int:case_id>/appointment")
@requires(Role.HANDLER)
def appointment(case_id: int) -> Response:
    """The times with room, or the appointment that stands."""
    return _page(*_found(case_id))


@bp.post("/<int:case_id>/appointment")
@requires(Role.HANDLER)
def choose_appointment(case_id: int) -> Response:
    """Book the chosen time, or move what was booked."""
    _, step = _found(case_id)
    slot, trigger = request.form.get("slot", "")[:12], "move_appointment" if step.appointment else "book"
    try:
        counter.act(step.id, trigger, by=current_user, seen=forms.seen(request.form), key=forms.key(request.form), slot=slot)
    except Refused as refusal:
        said = gettext("Choose a day and a time.") if refusal.code == "asks:slot" and not slot else refusal_text(refusal)
        return _page(*_found(case_id), refusal_status(refusal), refused=said)
    flash(gettext("The appointment is booked. You and the applicant are told by message."), "good")
    return redirect(url_for(".appointment", case_id=case_id), 303)  # type: ignore[return-value]


def _found(case_id: int) -> tuple[Case, Residence]:
    case = find(case_id, files=False)
    if case.residence is None or not case.residence.joint:
        abort(404)
    return case, case.residence


def _page(case: Case, step: Residence, status: int = 200, *, refused: str = "") -> Response:
    lever: Any = next((lever for lever in lifecycle.open_to(step, current_user) if lever.move.trigger in ("book", "move_appointment")), None)
    may = lever is not None and not lever.unmet
    days = [(day, list(slots)) for day, slots in groupby(appointments.offered(case.authority_id) if may else [], lambda s: s.day)]
    why = gettext(lever.unmet[0].otherwise) if lever is not None and lever.unmet else ""
    page = render_template(
        "portal/applications/appointment.html", case=case, step=step, held=step.appointment, days=days, may=may, why=why, refused=refused, key=new_key(), profile=case.profile, waiting=step.state.value == "travelling"
    )
    return make_response(page, status)

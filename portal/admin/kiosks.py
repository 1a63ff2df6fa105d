"""The machines in the halls: which there are, how they are, a code for a new one, an end to one that was lost."""

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.admin.views import bp
from portal.fragments import refusal_status, refusal_text
from workflow import machines
from workflow.engine import N_, Refused
from workflow.fields import Field
from workflow.roles import Role

FIELDS = (Field("name", N_("Name of the machine"), required=True, hint=N_("Its hall and place. The case file names it so."), max_length=60),)
LOOKS = {
    "in_service": (N_("In service"), "good", "circle-check"),
    "silent": (N_("Not heard of for some minutes"), "turn", "alert-triangle"),
    "offered": (N_("Waiting for its code"), "moving", "clock"),
    "late": (N_("Its code has ended"), "rest", "history"),
    "revoked": (N_("Revoked"), "rest", "ban"),
}


@bp.get("/kiosks")
@requires(Role.ADMIN)
def kiosks() -> Response:
    return _page()


@bp.post("/kiosks")
@requires(Role.ADMIN)
def offer_kiosk() -> Response:
    """The code is shown in this answer and never again."""
    values, errors = forms.take(FIELDS, request.form)
    if errors:
        return _page(values, errors, 422)
    try:
        code = machines.offer(values["name"], by=current_user)
    except Refused as refusal:
        return _page(values, {forms.at_field(refusal): refusal_text(refusal)}, 422)
    link = f"{current_app.config['PORTAL'].base_url}/kiosk/enrol?code={code}"
    return make_response(render_template("portal/admin/kiosk_offered.html", name=values["name"], code=code, link=link))


@bp.post("/kiosks/<int:machine_id>/revoke")
@requires(Role.ADMIN)
def revoke_kiosk(machine_id: int) -> Response:
    try:
        machine = machines.revoke(machine_id, by=current_user)
    except Refused as refusal:
        return _page(errors={"": refusal_text(refusal)}, status=404 if refusal.code == "gone" else refusal_status(refusal))
    flash(_("%(name)s is revoked. Its browser no longer opens the hall's pages.", name=machine.name), "good")
    return redirect(url_for(".kiosks"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    rows = [(machine, LOOKS[machines.standing(machine)]) for machine in machines.of_authority(current_user.authority_id)]
    return make_response(render_template("portal/admin/kiosks.html", rows=rows, fields=FIELDS, values=values or {}, errors=errors or {}), status)

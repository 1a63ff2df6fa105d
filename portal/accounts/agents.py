"""Agents: whom the employer lets file for it, and for whom this agent may file."""

from datetime import date
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.accounts.views import bp
from portal.fragments import new_key, refusal_status, refusal_text
from workflow import agents as domain
from workflow import clock
from workflow.engine import N_, Refused
from workflow.fields import Field
from workflow.roles import Role

FIELDS = (
    Field("agent_code", N_("Unified social credit code of the agent"), required=True, max_length=40),
    Field("agent_from", N_("First day"), "date", required=True),
    Field("agent_until", N_("Last day"), "date", required=True, hint=N_("Three years at most. You may take the authority back at any moment.")),
)


@bp.get("/employer/agents")
@requires(Role.HANDLER)
def agents() -> Response:
    return _page({"agent_from": clock.today().isoformat()})


@bp.post("/employer/agents")
@requires(Role.HANDLER)
def authorise_agent() -> Response:
    values, errors = forms.take(FIELDS, request.form)
    if errors:
        return _page(values, errors, 422)
    first, last = (date.fromisoformat(values[name]) for name in ("agent_from", "agent_until"))
    try:
        row = domain.authorise(values["agent_code"], first, last, by=current_user, key=forms.key(request.form))
    except Refused as refusal:
        at = forms.at_field(refusal)
        return _page(values, {at: refusal_text(refusal)}, 422 if at else refusal_status(refusal))
    flash(_("%(name)s may file for you. Both sides are told of every step.", name=row.agent.name), "good")
    return redirect(url_for(".agents"), 303)  # type: ignore[return-value]


@bp.post("/employer/agents/<int:authority_id>/revoke")
@requires(Role.HANDLER)
def revoke_agent(authority_id: int) -> Response:
    try:
        row = domain.revoke(authority_id, by=current_user)
    except Refused as refusal:
        return _page(errors={"": refusal_text(refusal)}, status=404 if refusal.code == "gone" else refusal_status(refusal))
    flash(_("The authority of %(name)s is taken back. From now on it reaches nothing of yours.", name=row.agent.name), "good")
    return redirect(url_for(".agents"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    own, today = current_user.employer, clock.today()
    given = [(row, _standing(row, today)) for row in domain.given_by(own.id)]
    return make_response(
        render_template(
            "portal/accounts/agents.html", own=own, given=given, clients=domain.given_to(own.id) if own.is_agent else [], fields=FIELDS, values=values or {}, errors=errors or {}, key=new_key()
        ), status,
    )  # fmt: skip


def _standing(row: Any, today: date) -> str:
    """What an authority is worth today: revoked, over, upcoming or holds."""
    if row.revoked_at is not None:
        return "revoked"
    return "over" if row.ends_on < today else "upcoming" if row.begins_on > today else "holds"

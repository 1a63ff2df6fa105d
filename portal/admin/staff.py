"""Staff of the authority: who may do what, new colleagues with their second factor, accounts that are closed."""

import secrets
from typing import Any

import pyotp
import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.accounts.invitations import link_for
from portal.admin.views import bp
from portal.fragments import new_key, refusal_status, refusal_text
from portal.passwords import hash_password
from portal.sessions import end_all
from workflow import accounts
from workflow.documents import qr
from workflow.engine import N_, Refused
from workflow.fields import Field
from workflow.models import User, db
from workflow.roles import LABELS, STAFF, Role

ROLES = Field("roles", N_("Roles"), "checks", required=True, choices=tuple((role.value, LABELS[role]) for role in STAFF))


@bp.get("/staff")
@requires(Role.ADMIN)
def staff() -> Response:
    return _page()


@bp.post("/staff")
@requires(Role.ADMIN)
def add_staff() -> Response:
    values, errors = forms.take(forms.COLLEAGUE, request.form)
    asked = request.form.getlist("roles")
    roles = [role for role in STAFF if role.value in asked]
    if not roles:
        errors["roles"] = _("Choose at least one role.")
    if errors:
        return _page({**values, "roles": asked}, errors, 422)
    try:
        user, fresh = accounts.add_staff({**values, "password_hash": hash_password(secrets.token_urlsafe(24))}, roles, by=current_user, key=forms.key(request.form))
    except Refused as refusal:
        return _page({**values, "roles": asked}, {forms.at_field(refusal): refusal_text(refusal)}, 422 if forms.at_field(refusal) else refusal_status(refusal))
    return _welcome(user) if fresh else redirect(url_for(".staff"), 303)  # type: ignore[return-value]


def _welcome(user: User) -> Response:
    """Shown once, in answer to the form: the link for the first password and the secret of the second factor."""
    address = pyotp.TOTP(user.totp_secret or "").provisioning_uri(name=user.email, issuer_name="Foreigners working in China")
    symbol = qr.svg(address, _("Code for the authenticator"))
    return make_response(render_template("portal/admin/staff_added.html", user=user, link=link_for(user), secret=user.totp_secret, symbol=symbol))


@bp.post("/staff/<int:user_id>/active")
@requires(Role.ADMIN)
def set_active(user_id: int) -> Response:
    active = request.form.get("active") == "yes"
    try:
        user = accounts.set_staff_active(user_id, active, by=current_user)
    except Refused as refusal:
        return _page(errors={"": refusal_text(refusal)}, status=404 if refusal.code == "gone" else refusal_status(refusal))
    if not active:
        end_all(user.id)
    flash(_("The account of %(name)s is open again.", name=user.name) if active else _("The account of %(name)s is closed.", name=user.name), "good")
    return redirect(url_for(".staff"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    people = db.session.scalars(sa.select(User).where(User.authority_id == current_user.authority_id).order_by(User.active.desc(), User.id)).all()
    rows = [(user, [LABELS[grant.role] for grant in user.grants]) for user in people]
    return make_response(
        render_template("portal/admin/staff.html", rows=rows, fields=(*forms.COLLEAGUE, ROLES), values=values or {}, errors=errors or {}, key=new_key()), status
    )

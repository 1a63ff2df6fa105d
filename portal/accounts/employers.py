"""The employer's account as its handlers see it: its data, where the confirmation stands, and who its handlers are."""

import secrets
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.accounts.invitations import link_for
from portal.accounts.views import bp
from portal.fragments import new_key, refusal_status, refusal_text
from portal.passwords import hash_password
from portal.sessions import end_all
from workflow import accounts
from workflow.engine import Refused
from workflow.models import Event, User, db
from workflow.roles import Role


@bp.get("/employer")
@requires(Role.HANDLER)
def employer() -> Response:
    return _page()


@bp.post("/employer/handlers")
@requires(Role.HANDLER)
def add_handler() -> Response:
    values, errors = forms.take(forms.COLLEAGUE, request.form)
    if errors:
        return _page(values, errors, 422)
    try:
        handler = {**values, "password_hash": hash_password(secrets.token_urlsafe(24)), "locale": current_user.locale}
        user = accounts.add_handler(handler, by=current_user, key=forms.key(request.form))
    except Refused as refusal:
        return _page(values, {forms.at_field(refusal): refusal_text(refusal)}, 422 if forms.at_field(refusal) else refusal_status(refusal))
    return _page(invited=user)


@bp.post("/employer/handlers/<int:user_id>/end")
@requires(Role.HANDLER)
def end_handler(user_id: int) -> Response:
    try:
        user = accounts.end_handler(user_id, by=current_user)
    except Refused as refusal:
        return _page(errors={"": refusal_text(refusal)}, status=404 if refusal.code == "gone" else refusal_status(refusal))
    end_all(user.id)
    flash(_("The account of %(name)s is closed.", name=user.name), "good")
    return redirect(url_for(".employer"), 303)  # type: ignore[return-value]


def _page(values: dict[str, Any] | None = None, errors: dict[str, str] | None = None, status: int = 200, invited: User | None = None) -> Response:
    own = current_user.employer
    handlers = db.session.scalars(sa.select(User).where(User.employer_id == own.id).order_by(User.active.desc(), User.id)).all()
    declined = select_reason(own.id) if own.state == "declined" else ""
    return make_response(
        render_template(
            "portal/accounts/employer.html", own=own, kinds=dict(forms.KINDS), industries=dict(forms.INDUSTRIES), handlers=handlers, fields=forms.COLLEAGUE, values=values or {},
            errors=errors or {}, key=new_key(), invited=invited, link=link_for(invited) if invited else "", declined=declined,
        ), status,
    )  # fmt: skip


def select_reason(employer_id: int) -> str:
    """Why the authority did not confirm, from the employer's file."""
    facts = db.session.scalar(sa.select(Event.facts).where(Event.subject == "employer", Event.subject_id == employer_id, Event.trigger == "decline").order_by(Event.seq.desc()).limit(1))
    return str((facts or {}).get("reason", ""))

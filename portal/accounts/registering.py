"""An employer registers itself: its data against the business registry, its first handler, and a password. Open to strangers."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from flask import Response, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import public
from portal.accounts import forms, signing
from portal.accounts.views import bp
from portal.fragments import new_key, refusal_text, sentence
from portal.passwords import hash_password, verify_password
from workflow import accounts, registry, throttle
from workflow.employer import EmployerState
from workflow.engine import Refused
from workflow.fields import Field
from workflow.models import Authority, db

TRIES, MINUTES = 40, 15  # a stranger may ask the registry and our e-mail addresses only so often


@bp.get("/register-employer")
@public
def register_employer() -> Response:
    if current_user.is_authenticated:
        return redirect(url_for("home.index"), 303)  # type: ignore[return-value]
    return page({}, {})


@bp.post("/register-employer")
@public
def register_employer_send() -> Response:
    if throttle.attempt(throttle.key_of("registering", request.remote_addr or ""), TRIES, MINUTES):
        return page(request.form.to_dict(), {"": _("Too many attempts from this address. Wait a quarter of an hour, then send the form again; what you typed is still here.")}, 429)
    values, errors = forms.take((*_employer_fields(), *forms.HANDLER), request.form)
    password = request.form.get("password", "")
    if not password:
        errors["password"] = _("Please choose a password.")
    elif wrong := accounts.password_problem(password, values["email"], staff=False):
        errors["password"] = sentence(*wrong)
    found = registry.malformed(values["credit_code"])
    if found and (odd := accounts.registry_problem(found, values["name"])) and values["credit_code"]:
        errors["credit_code"] = sentence(odd[1], odd[2])
    if not errors:
        try:
            return _register(values, password)
        except Refused as refusal:
            errors[forms.at_field(refusal)] = refusal_text(refusal)
    return page(values, errors, 422)


def _register(values: dict[str, Any], password: str) -> Response:
    columns = {f.code: values[f.code] for f in forms.EMPLOYER if f.code != "authority"} | {"authority_id": int(values["authority"])}
    handler = {
        "name": values["handler_name"], "phone": values["handler_phone"], "email": values["email"], "password_hash": hash_password(password),
        "locale": session.get("locale") or "zh_Hans_CN", "same": _proven(values["email"], password),
    }  # fmt: skip
    user = accounts.register_employer(columns, handler, key=forms.key(request.form))
    if not verify_password(user.password_hash, password):  # the same form again with another password: no way in
        return redirect(url_for(".sign_in"), 303)  # type: ignore[return-value]
    if user.employer is not None and user.employer.registry_state == "unchecked":
        flash(_("The employer is registered. The business registry gives no answer just now; it is asked again by itself, and you find a message here when it has answered."), "turn")
    else:
        flash(_("The employer is registered. The authority confirms it, usually within three working days."), "good")
    return signing.complete(user, url_for(".employer"))


def _proven(email: str, password: str) -> str:
    """The id of the account with this address whose password was typed, "" for none: a declined employer's handler registers it again under the same account."""
    user = accounts.by_email(email)
    if user is None or user.employer is None or user.employer.state is not EmployerState.DECLINED:
        return ""
    user_id, held, account = str(user.id), user.password_hash, throttle.key_of("account", email)
    if throttle.attempt(account, signing.ACCOUNT_TRIES, signing.MINUTES) or not verify_password(held, password):  # a way to try passwords like signing in
        return ""
    throttle.clear(account)
    return user_id


def _employer_fields() -> list[Field]:
    """The authorities offered are those of the table; their names are shown as they are."""
    rows = db.session.scalars(sa.select(Authority).order_by(Authority.division)).all()
    english = session.get("locale") == "en"
    choices = tuple((str(row.id), row.name_en if english else row.name) for row in rows)
    return [replace(f, choices=choices) if f.code == "authority" else f for f in forms.EMPLOYER]


def page(values: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    least, order = accounts.LEAST, ["", *(f.code for f in (*forms.EMPLOYER, *forms.HANDLER)), "password"]
    errors = {code: errors[code] for code in order if code in errors}  # the summary runs down the page
    return make_response(
        render_template(
            "portal/accounts/register_employer.html", employer=_employer_fields(), handler=forms.HANDLER, values=values, errors=errors, least=least,
            key=request.form.get("key") or new_key(),
        ), status,
    )  # fmt: skip

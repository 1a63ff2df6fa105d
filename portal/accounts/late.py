"""A stranger's form that stood open until its session ended: the same page again with a fresh token and what was typed, but for passwords.

Signed-in people's forms are parked instead (parking.py).
"""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from portal.accounts import registering, signing
from portal.accounts.views import bp


@bp.errorhandler(CSRFError)
def late(_error: CSRFError) -> Response:
    words = _("This page was open for too long. Nothing is lost; please send it once more.")
    if request.endpoint == "accounts.sign_in_send":
        return signing.form(400, words, email=request.form.get("email", "")[:200])
    if request.endpoint == "accounts.register_employer_send":
        return registering.page(request.form.to_dict(), {"": words}, 400)
    flash(words, "turn")
    return redirect(request.path if request.endpoint == "accounts.invitation_send" else url_for("home.index"), 303)  # type: ignore[return-value]

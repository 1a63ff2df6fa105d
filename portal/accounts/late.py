"""A stranger's form that stood open until its session ended: the same page again with a fresh token and what was typed, but for passwords.

Signed-in people's forms are parked instead (parking.py).
"""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError

from portal.accounts import parking, registering, signing
from portal.accounts.views import bp

ONE_FIELD = ("accounts.invitation_send", "accounts.reset_send", "accounts.forgotten_send", "accounts.code_send")  # their page stands at the same address


@bp.errorhandler(CSRFError)
def late(_error: CSRFError) -> Response:
    if request.headers.get("HX-Request"):
        return Response(status=401)
    if kept := parking.rescue():
        return kept  # type: ignore[return-value]
    words = _("This page was open for too long. Nothing is lost; please send it once more.")
    if request.endpoint == "accounts.sign_in_send":
        return signing.form(400, words, email=request.form.get("email", "")[:200])
    if request.endpoint == "accounts.register_employer_send":
        return registering.page(request.form.to_dict(), {"": words}, 400)
    again = request.endpoint in ONE_FIELD
    flash(words if again else _("This page was open for too long. Nothing was done; please open it again."), "turn")
    return redirect(request.path if again else url_for("home.index"), 303)  # type: ignore[return-value]

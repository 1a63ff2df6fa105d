"""The public check: anybody who was shown a paper sees in one look what it is worth. Also the published keys.

What the code in a picture or from a scanner says goes in a body, never into an address: no server log learns it.
"""

import json

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.check import outcomes, reading
from kiosk.visit import stranger
from workflow import issuing, statuslist, worth
from workflow.worth import Outcome, Worth

bp = Blueprint("check", __name__)
visit.guard(bp)


@bp.get("/v")
@stranger
def enter() -> str:
    """Type the code, or choose a picture of it."""
    return render_template("kiosk/check/enter.html", problem="", typed="")


@bp.post("/v")
@bp.post("/v/check", endpoint="check")
@stranger
def look_up() -> Response | tuple[str, int]:
    """A typed reference goes to its own address; what carries a signature is answered here."""
    try:
        text = reading.text_of(request.form.get("code", ""), request.files.get("picture"))
    except reading.Unread as why:
        return render_template("kiosk/check/enter.html", problem=str(why), typed=request.form.get("code", "")[:64]), 422
    if shown := reading.shown_code(text):
        return redirect(url_for("card.shown", code=shown), 303)
    found = worth.of_text(text)
    if found.ref and not found.signed:
        return redirect(url_for(".show", ref=found.ref), 303)
    return answer(found)


@bp.get("/v/<string:ref>")
@stranger
def show(ref: str) -> Response:
    """What the paper with this reference is worth now. The part of the address after # stays in the browser."""
    return answer(worth.of_ref(ref))


def answer(found: Worth) -> Response:
    look = outcomes.LOOKS[found.outcome]
    phone = found.paper.facts.get("contact_phone") if found.paper else current_app.config["PORTAL"].help_phones
    page = render_template("kiosk/check/result.html", worth=found, look=look, facts=outcomes.facts_of(found), phone=phone, altered=outcomes.LOOKS[Outcome.ALTERED])
    return make_response(page, look.status)


@bp.get("/v/offline")
@stranger
def offline() -> str:
    """The page that the browser keeps for days without a network. It says nothing of anybody."""
    return render_template("kiosk/check/offline.html", looks=outcomes.LOOKS, phone=current_app.config["PORTAL"].help_phones)


@bp.get("/v/worker.js")
@stranger
def worker() -> Response:
    """The service worker of the check, in the folder it watches."""
    files = [url_for("static", filename=name) for name in ("tokens.css", "shapes.css", "lobby.css", "lobby.js", "check.js", "icons.svg", "favicon.svg")]
    response = make_response(render_template("kiosk/check/worker.js", files=files))
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    return response


@bp.get("/.well-known/status-list")
@stranger
def status_list() -> Response:
    """Which papers no longer count, dated and signed (workflow/statuslist.py)."""
    response = _published(Response(statuslist.current(), mimetype="application/cose"))
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@bp.get("/.well-known/jwks.json")
@stranger
def jwks() -> Response:
    """The public keys, for anybody who checks without us (RFC 7517)."""
    return _published(Response(json.dumps(issuing.keyring().jwks()), mimetype="application/jwk-set+json"))


@bp.get("/.well-known/cose-keys")
@stranger
def cose_keys() -> Response:
    """The same keys as a COSE_KeySet (RFC 9052, section 7)."""
    return _published(Response(issuing.keyring().cose_keys(), mimetype="application/cose-key-set"))


def _published(response: Response) -> Response:
    response.headers["Cache-Control"] = "public, max-age=3600"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response

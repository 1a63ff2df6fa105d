"""The machine itself: enrolled with a code, saying every minute that it is well, and a page on which staff see so."""

import re

from flask import g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import machine
from kiosk.hall.views import bp
from kiosk.visit import stranger
from workflow import clock, machines, statuslist
from workflow.engine import Refused

BROWSER = re.compile(r"(Chrome|Firefox|Edg|Version)/([0-9]{1,4})")


@bp.get("/kiosk/enrol")
@stranger
def enrol() -> str:
    """The code of the administrator, typed or in the address; nothing happens before the button."""
    return render_template("kiosk/hall/enrol.html", code=request.args.get("code", "")[:40], refused="", enrolled=machine.here())


@bp.post("/kiosk/enrol")
@stranger
def enrol_now() -> Response:
    try:
        _, key = machines.enrol(request.form.get("code", "")[:60])
    except Refused as refusal:
        page = render_template("kiosk/hall/enrol.html", code=request.form.get("code", "")[:40], refused=gettext(refusal.msgid) % refusal.values, enrolled=None)
        return make_response(page, 429 if refusal.code == "locked" else 422)
    return machine.keep(redirect(url_for(".health"), 303), key)


@bp.get("/kiosk/health")
@stranger
def health() -> str:
    """For staff at the machine: what it is called, what it can do, what the house last heard of it."""
    return render_template("kiosk/hall/health.html", device=g.machine, standing=machines.standing(g.machine), version=machine.version(), fresh=bool(statuslist.current()), now=clock.now())


@bp.post("/kiosk/pulse")
@stranger
def pulse() -> Response:
    """What the machine says of itself, every minute. Carries nothing of a visitor, so it needs no token of a session (kiosk/__init__.py)."""
    found = BROWSER.search(request.headers.get("User-Agent", ""))
    said = {name: request.form.get(name, "")[:20] for name in ("version", "camera", "reader")}
    machines.seen(g.machine, {**said, "browser": " ".join(found.groups()) if found else ""})
    return Response(status=204)

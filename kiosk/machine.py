"""Which machine this is: a browser that was enrolled holds a key in a cookie that no script can read. The rules are in workflow/machines.py.

The hall's own pages belong to such machines; another browser that comes there is led to the pages for phones. In a demonstration every
browser in the hall is the one machine that is there by itself.
"""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from workflow import machines
from workflow.models import Machine, db

KEPT = 400 * 24 * 3600  # seconds; the longest that a browser keeps a cookie
OPEN = ("hall.enrol", "hall.enrol_now", "hall.leave", "hall.still")
SCRIPTS = ("lobby.js", "camera.js", "wedge.js", "keys.js", "reading.js", "pulse.js", "lobby.css")


def guard(bp: Blueprint) -> None:
    """Every page of the hall but those above: for machines, and each visit to one says that the machine is alive."""
    bp.before_request(_only_machines)


def here() -> Machine | None:
    """The machine that asks, None for any other browser."""
    if "machine" not in g:
        key = request.cookies.get(cookie_name(), "")
        g.machine = machines.of_key(key) if key else None
        if g.machine is None and request.blueprint == "hall" and current_app.config["PORTAL"].mode != "production":
            g.machine = machines.demonstration()
    return g.machine  # type: ignore[no-any-return]


def named(machine_id: int | None) -> str:
    """Its name for the case file, "" for none."""
    machine = db.session.get(Machine, machine_id) if machine_id else None
    return machine.name if machine else ""


def keep(response: Response, key: str) -> Response:
    """Give the key to the browser that spent the code."""
    response.set_cookie(cookie_name(), key, max_age=KEPT, path="/", secure=current_app.config["PORTAL"].https, httponly=True, samesite="Strict")
    return response


def forget_all_but_the_key(response: Response) -> None:
    """Clear-Site-Data cannot spare a cookie: on an enrolled machine each other one is ended by name."""
    for name in request.cookies:
        if name != cookie_name():
            for path in ("/", "/card"):
                response.delete_cookie(name, path=path, secure=current_app.config["PORTAL"].https, httponly=True, samesite="Lax")


def cookie_name() -> str:
    return "__Host-machine" if current_app.config["PORTAL"].https else "machine"


@cache
def version() -> str:
    """Of the pages' scripts and sheet: a machine that runs others has not been started anew."""
    static = Path(current_app.static_folder or "")
    return hashlib.sha256(b"".join((static / name).read_bytes() for name in SCRIPTS)).hexdigest()[:8]


def _only_machines() -> Any:
    if request.endpoint in OPEN:
        return None
    machine = here()
    if machine is None:
        return redirect(url_for("check.enter"), 303)
    if request.endpoint != "hall.pulse":
        machines.seen(machine)
    return None

"""Take one's own photograph for a draft, on one's own telephone, by a link that the employer sent. Nothing else opens here."""

import time

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.portrait import advice
from kiosk.visit import stranger
from workflow import photo_links, throttle
from workflow.engine import Refused
from workflow.models import CaseMaterial, PhotoLink, db

bp = Blueprint("portrait", __name__)
visit.guard(bp)
TRIES, MINUTES = 40, 15  # unknown links from one address
LOOKS, PAUSE = 12, 0.3  # how often, and with what pause (s), the answer is waited for


@bp.get("/photo/<string:secret>")
@stranger
def portrait(secret: str) -> Response:
    """The camera with the outline of a head, or a file; and what was found in the photograph that came last."""
    link = _link(secret)
    return _page(secret, link) if link else _over()


@bp.post("/photo/<string:secret>")
@stranger
def taken(secret: str) -> Response:
    """One photograph arrives."""
    if _link(secret) is None:
        return _over()
    picture = request.files.get("picture")
    data = picture.stream.read(photo_links.MOST_BYTES + 1) if picture and picture.filename else b""
    if not data:
        return _page(secret, _link(secret), 422, problem=gettext("Take a picture or choose a file first."))
    try:
        done = photo_links.take(secret, data)
    except Refused:
        return _over()
    if done.material is None:
        return _page(secret, _link(secret), 422, unusable=advice.of(f.code for f in done.findings))
    material = done.material.id
    for _ in range(LOOKS):
        if db.session.get_one(CaseMaterial, material, populate_existing=True).look_state != "waiting":
            break
        db.session.rollback()
        time.sleep(PAUSE)
    return redirect(url_for(".portrait", secret=secret, came=1), 303)


def _link(secret: str) -> PhotoLink | None:
    key = throttle.key_of("photo-link", request.remote_addr or "")
    if throttle.blocked(key):
        return None
    link = photo_links.of_secret(secret)
    if link is None:
        throttle.fail(key, TRIES, MINUTES)
    return link


def _page(secret: str, link: PhotoLink | None, status: int = 200, *, problem: str = "", unusable: list[str] | None = None) -> Response:
    if link is None:
        return _over()
    last = db.session.get(CaseMaterial, link.material_id) if link.material_id and "came" in request.args else None
    found = {f.code: f.level for f in sorted(link.case.findings, key=lambda f: f.level == "reject") if last and f.material_id == last.id}
    grave, small = ([code for code, level in found.items() if (level == "reject") is hard] for hard in (True, False))
    page = render_template(
        "kiosk/portrait/take.html", link=link, secret=secret, problem=problem, unusable=unusable or [], last=last, waiting=bool(last and last.look_state == "waiting"),
        grave=advice.of(grave), small=advice.of(small), left=photo_links.MOST - link.used,
    )  # fmt: skip
    response = make_response(page, status)
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


def _over() -> Response:
    """One page for every link that does not open."""
    return make_response(render_template("kiosk/portrait/over.html"), 404)

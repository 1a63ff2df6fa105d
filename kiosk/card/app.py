"""The card on a phone's start screen: its manifest, and a service worker that keeps the shell and nothing of anybody."""

import json

from flask import make_response, render_template, url_for
from flask_babel import force_locale, gettext
from werkzeug.wrappers import Response

from kiosk import languages
from kiosk.card.views import bp
from kiosk.visit import stranger

SHELL = ("tokens.css", "shapes.css", "lobby.css", "lobby.js", "card.js", "card-app.js", "icons.svg", "favicon.svg", "card-192.png")
SIZES = ((192, "any"), (512, "any"), (512, "maskable"))


@bp.get("/card/app/<string:tongue>.webmanifest")
@stranger
def manifest(tongue: str) -> Response:
    """Named in the language of the page that offers it; Chinese and English together in the two. An unknown language gets English."""
    said = next((t for t in languages.spoken() if t.code == tongue), languages.BY_LOCALE["en"])
    with force_locale(said.locale):
        name, short = gettext("My electronic card"), gettext("My card")
    icons = [{"src": url_for("static", filename=f"card-{'maskable-' if kind == 'maskable' else ''}{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": kind} for size, kind in SIZES]
    held = {
        "id": url_for(".face"), "name": name, "short_name": short, "lang": said.code, "dir": said.dir, "start_url": url_for(".face"), "scope": url_for(".face"),
        "display": "standalone", "orientation": "portrait", "background_color": "#f2f5f6", "theme_color": "#0d3547", "icons": icons,
    }  # fmt: skip
    response = Response(json.dumps(held, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.get("/card/offline")
@stranger
def offline() -> str:
    """What the phone shows without a network. It says nothing of anybody."""
    return render_template("kiosk/card/offline.html")


@bp.get("/card/worker.js")
@stranger
def worker() -> Response:
    files = [url_for("static", filename=name) for name in SHELL]
    response = make_response(render_template("kiosk/card/worker.js", files=files, offline=url_for(".offline")))
    response.headers["Content-Type"] = "text/javascript; charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Service-Worker-Allowed"] = url_for(".face")
    return response

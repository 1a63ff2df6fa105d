"""When a page cannot be given: what happened, what is kept, the way out. Never a bare server message, and nothing of the inside is told."""

import logging
import uuid

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, default_exceptions

from workflow.models import db

log = logging.getLogger(__name__)
DRAWN = (400, 403, 404, 409, 413, 422, 429, 500)


def register(app: Flask) -> None:
    for code in default_exceptions:
        app.register_error_handler(code, _page)
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(StaleDataError, _lost_race)
    app.register_error_handler(Exception, _broken)


def _page(error: HTTPException) -> Response:
    code = error.code or 500
    if code < 400 and error.response is not None:
        return error.response  # type: ignore[return-value]
    return _render(code if code in DRAWN else 404 if code in (405, 410, 414) else 400 if code < 500 else 500, code, error)


def _stale(error: CSRFError) -> Response:
    """A form of a page from before the last signing in: what was typed is offered again. htmx is told as where nobody is signed in: its page stays."""
    if request.headers.get("HX-Request"):
        return make_response("", 401)
    from portal.accounts.parking import rescue

    return rescue() or _page(error)  # type: ignore[return-value]


def _lost_race(error: StaleDataError) -> Response:
    db.session.rollback()
    return _render(409, 409, None)


def _broken(error: Exception) -> Response:
    """The log gets the reason, the person a reference to name on the telephone."""
    db.session.rollback()
    reference = uuid.uuid4().hex[:8].upper()
    log.exception("unexpected failure %s at %s", reference, request.endpoint)
    return _render(500, 500, None, reference=reference)


def _render(drawn: int, code: int, error: HTTPException | None, **context: str) -> Response:
    if request.headers.get("HX-Request"):
        return make_response("", code)
    response = make_response(render_template(f"errors/{drawn}.html", **context), code)
    if error is not None and error.response is None:
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after"):
                response.headers[name] = value
    return response

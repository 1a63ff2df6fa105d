"""One page, or the piece of it that htmx asked for; and a refusal in the reader's words."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response, render_template
from flask_babel import gettext
from htmx_flask import request

from workflow.engine import Refused, Said


def wants_fragment() -> bool:
    hx = request.htmx
    return bool(hx) and not hx.boosted and not hx.history_restore_request


def render_part(fragment: str, page: str, status: int = 200, /, **context: Any) -> Response:
    """Render `fragment` for htmx and `page` for everybody else. Back must never restore a bare fragment, hence Vary."""
    response = make_response(render_template(fragment if wants_fragment() else page, **context), status)
    response.vary.add("HX-Request")
    return response


def sentence(msgid: str, values: Mapping[str, Any] | None = None) -> str:
    """A message id and its values as the domain hands them over; values that are message ids themselves are translated first."""
    filled = {k: gettext(v) if isinstance(v, Said) else v for k, v in (values or {}).items()}
    return gettext(msgid) % filled if filled else gettext(msgid)


def refusal_text(refusal: Refused) -> str:
    return sentence(refusal.msgid, refusal.values)


def refusal_status(refusal: Refused) -> int:
    """422 where the form itself is at fault, 409 where the file's state or the person is."""
    return 422 if refusal.code == "key_reused" or refusal.code.startswith("asks:") else 409


def new_key() -> str:
    """An idempotency key for a form."""
    return uuid.uuid4().hex


def held(why: str) -> Response:
    """Instead of a file that the antivirus has not found clean, and of every picture drawn of it."""
    return make_response(render_template("portal/held.html", words=sentence(why)), 503)

"""Papers whose key was revoked, issued anew by the administrator of their authority. The keys themselves are the operator's (`flask keys`).

A mass act: it asks once more for the code of the authenticator, as signing in does, and counts wrong ones with those of signing in.
"""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from portal.access import requires
from portal.accounts import signing
from portal.admin.views import bp
from portal.fragments import refusal_status, refusal_text, render_part
from workflow import clock, jobs, reissuing
from workflow.engine import Refused
from workflow.papers import KINDS
from workflow.roles import Role

PAGE = 50


@bp.get("/reissue")
@requires(Role.ADMIN)
def reissue() -> Response:
    """The list, how far it is, and the journal; asked by htmx while the worker is at it, the progress and the journal alone."""
    return _page()


@bp.post("/reissue")
@requires(Role.ADMIN)
def reissue_now() -> Response:
    """Promise those chosen, or all; the worker issues them one by one."""
    everything = request.form.get("which") == "all"
    chosen = [int(text) for text in request.form.getlist("paper") if text.isascii() and text.isdigit() and len(text) < 10]
    if not everything and not chosen:
        return _page(422, {"papers": _("Choose at least one paper, or all.")}, chosen)
    if wrong := _step_up():
        return _page(422, {"code": wrong}, chosen, everything)
    try:
        number = reissuing.promise(None if everything else chosen, by=current_user)
    except Refused as refusal:
        return _page(refusal_status(refusal), {"papers": refusal_text(refusal)}, chosen, everything)
    jobs.wake()
    flash(ngettext("%(num)s paper is being issued anew.", "%(num)s papers are being issued anew.", number), "good")
    return redirect(url_for(".reissue"), 303)  # type: ignore[return-value]


def _step_up() -> str:
    """What is wrong with the code, "" when it is right. A right one is spent."""
    tried = signing.try_code(current_user)
    if tried is True:
        return ""
    return _("Too many codes were wrong. Try again after %(until)s.", until=f"{tried.astimezone(clock.BEIJING):%H:%M}") if tried else signing.wrong_code()


def _page(status: int = 200, errors: dict[str, str] | None = None, chosen: list[int] | None = None, everything: bool = False) -> Response:
    text, place = request.args.get("after", ""), current_user.authority_id
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    rows = reissuing.affected(place, after=after, most=PAGE + 1)
    later = url_for(".reissue", after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "later": later, "after": after, "progress": reissuing.progress(place), "journal": reissuing.journal(place), "kinds": KINDS}
    return render_part("portal/admin/_reissued.html", "portal/admin/reissue.html", status, **context, errors=errors or {}, chosen=chosen or [], everything=everything)

"""The window: a paper or number leads to the step, originals are seen one by one, and a receipt or the list of what is missing leaves it."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from portal.access import requires
from portal.fragments import new_key, refusal_status, refusal_text, render_part, wants_fragment
from portal.review import serving
from portal.window import step
from workflow import counter, holding, scanning
from workflow.checking import day
from workflow.engine import Refused
from workflow.models import PaperRow, db
from workflow.reading import scanner
from workflow.residence import AT_COUNTER
from workflow.roles import Role

bp = Blueprint("window", __name__, url_prefix="/window")
GOOD_CODE = r"(?s).*/[vc]/[0-9A-Za-z]{11,16}.*"


@bp.get("/")
@requires(Role.WINDOW)
def scan() -> str:
    return render_template("portal/window/scan.html", text="", told=None, error="")


@bp.post("/")
@requires(Role.WINDOW)
def read() -> Answer:
    """A scanner's or a hand's text, or a picture of the code; then the counter opens with its checklist."""
    text, error = (request.form.get("text") or request.form.get("code", ""))[:8192], ""
    picture = request.files.get("picture")
    if not text.strip() and picture:
        reading = scanner.read(picture.read(scanner.MOST_BYTES + 1), GOOD_CODE)
        text, error = reading.text or "", reading.finding.sentence(gettext) if reading.finding else ""
    if not text.strip():
        return _scan("", error=error or gettext("Scan the code, type it, or choose a picture of it."))
    found = scanning.land(text, current_user)
    return landing.go(found) or _scan(text, told=landing.told(found))


def _scan(text: str, *, told: tuple[str, str, str] | None = None, error: str = "") -> Answer:
    typed = text if len(text) <= 40 else ""
    return Response(render_template("portal/window/scan.html", text=typed, told=told, error=error), status=422)


@bp.get("/<int:residence_id>")
@requires(Role.WINDOW)
def show(residence_id: int) -> Response:
    return _page(residence_id)


def _page(residence_id: int, status: int = 200, fragment: str = "portal/window/_lines.html", **more: Any) -> Response:
    residence = step.find(residence_id)
    known = step.context(residence, lambda trigger: url_for("window.move", residence_id=residence_id, trigger=trigger), request.values.get("shown", ""))
    chosen = request.values.get("copy", "") or str(more.get("line") or "")
    copied = next((o for o in residence.originals if str(o.id) == chosen), None) or next((o for o in residence.originals if o.material_id), None)
    return render_part(fragment, "portal/window/show.html", status, **known, copied=copied, tally=step.tally(residence), key=new_key(), open_now=residence.state in AT_COUNTER, **more)


@bp.post("/<int:residence_id>/open")
@requires(Role.WINDOW)
def begin(residence_id: int) -> Answer:
    """Write the checklist, for a step that was reached by its address."""
    step.find(residence_id)
    counter.open_counter(residence_id, by=current_user)
    return redirect(url_for("window.show", residence_id=residence_id), 303)


@bp.post("/<int:residence_id>/originals/<int:original_id>")
@requires(Role.WINDOW)
def original(residence_id: int, original_id: int) -> Answer:
    """One line, saved alone."""
    step.find(residence_id)
    verdict, note, seen = (request.form.get(name, "") for name in ("verdict", "note", "seen"))
    try:
        counter.look_at(residence_id, original_id, verdict, note, by=current_user, seen=seen)
    except Refused as refusal:
        typed = {"verdict": verdict, "note": note, "code": refusal.code, "error": refusal_text(refusal)}
        return _page(residence_id, refusal_status(refusal), line=original_id, typed_line=typed)
    if wants_fragment():
        return _page(residence_id, line=original_id)
    return redirect(url_for("window.show", residence_id=residence_id, shown=request.form.get("shown") or None, _anchor=f"original-{original_id}"), 303)


@bp.post("/<int:residence_id>/entry")
@requires(Role.WINDOW)
def entry(residence_id: int) -> Answer:
    """The day of entry, from the stamp."""
    step.find(residence_id)
    typed = request.form.get("entered_on", "").strip()[:20]
    try:
        counter.set_entry(residence_id, _day(typed), by=current_user)
    except Refused as refusal:
        return _page(residence_id, refusal_status(refusal), "portal/window/_entry.html", entry_typed=typed, entry_error=refusal_text(refusal))
    return redirect(url_for("window.show", residence_id=residence_id, _anchor="entry"), 303) if not wants_fragment() else _page(residence_id, fragment="portal/window/_entry.html")


def _day(typed: str) -> date | None:
    return day("-".join(part.zfill(2) for part in typed.replace("/", "-").replace(".", "-").split("-")))


@bp.post("/<int:residence_id>/moves/<string:trigger>")
@requires(Role.WINDOW)
def move(residence_id: int, trigger: str) -> Answer:
    """Pull one lever. Which levers exist, and for whom, is written in workflow/residence.py."""
    step.find(residence_id)
    try:
        counter.act(residence_id, trigger, by=current_user, seen=_number("seen"), key=request.form.get("key"))
    except Refused as refusal:
        return _page(residence_id, refusal_status(refusal), "portal/window/_moves.html", refused=refusal_text(refusal), typed={"trigger": trigger})
    flash(gettext("Done. The paper can be handed out now."), "good")
    onward = url_for("window.show", residence_id=residence_id)
    return Response(status=200, headers={"HX-Redirect": onward}) if wants_fragment() else redirect(onward, 303)


def _number(name: str) -> int:
    """A whole number of the form; -1, which no row shows, where it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@bp.post("/<int:residence_id>/registration-code")
@requires(Role.WINDOW)
def registration_code(residence_id: int) -> Response:
    """A code for a holder whose contacts on file are lost, after the passport was seen. Shown in this answer and never again."""
    residence = step.find(residence_id)
    notice = counter.notice_of(residence)
    if request.form.get("passport_seen") != "yes":
        return _page(residence_id, 422, code_error=gettext("Look at the passport first, and say so: the code opens the registration."))
    try:
        code = holding.window_code(notice.id if notice else 0, by=current_user)
    except Refused as refusal:
        return _page(residence_id, refusal_status(refusal), code_error=refusal_text(refusal))
    return _page(residence_id, registration_code=code)


@bp.get("/<int:residence_id>/files/<int:material_id>")
@requires(Role.WINDOW)
def file(residence_id: int, material_id: int) -> Response:
    return serving.material_file(step.find(residence_id).case, material_id)


@bp.get("/<int:residence_id>/photo")
@requires(Role.WINDOW)
def photo(residence_id: int) -> Response:
    return serving.photo_of(step.find(residence_id).holder)


@bp.get("/<int:residence_id>/papers/<int:paper_id>")
@requires(Role.WINDOW)
def paper(residence_id: int, paper_id: int) -> Answer:
    residence, row = step.find(residence_id), db.session.get(PaperRow, paper_id)
    if row is None or row.case_id != residence.case_id:
        abort(404)
    return serving.paper_file(row, url_for("window.show", residence_id=residence_id))


from portal.window import appointments, holder, landing, paper_intake  # noqa: E402, F401 - their views hang on bp

"""From a genuine notice to the card, in four steps: letter, identity, code, password. The rules are in workflow/holding.py.

On a phone the letter is the address, on the machine it is in the visit, so that no address there names anybody.
"""

from typing import Any

from flask import Blueprint, current_app, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import visit
from kiosk.register.forms import Identity, password_problems
from kiosk.visit import PHONE, OutOfStep, stranger
from workflow import holding, showing, worth
from workflow.engine import Refused
from workflow.models import PaperRow, Visit, db

bp = Blueprint("register", __name__, url_prefix="/register")
visit.guard(bp)
DEVICE = "device"
STATUS = {"locked": 429, "too_soon": 429, "too_many": 429, "registered": 409, "not_in_force": 409, "not_a_notice": 409}
Answer = Response | str


@bp.get("")
@bp.get("/<string:ref>")
@stranger
def identity(ref: str = "") -> Answer:
    """Three facts on one screen."""
    paper = _paper(ref)
    return _identity(paper, ref, Identity()) if isinstance(paper, PaperRow) else paper


@bp.post("")
@bp.post("/<string:ref>")
@stranger
def identify(ref: str = "") -> Answer:
    paper = _paper(ref)
    if not isinstance(paper, PaperRow):
        return paper
    typed, paper_id = Identity.read(request.form), paper.id
    if typed.problems or typed.birth_date is None:
        return _identity(paper, ref, typed, problems=typed.problems)
    try:
        sent = holding.identify(paper_id, typed.name, typed.passport, typed.birth_date, at=_at(), locale=g.locale, by=visit.entrant())
    except Refused as refusal:
        return _identity(db.session.get_one(PaperRow, paper_id), ref, typed, refusal=refusal)
    visit.begin(visit.policy(), paper_id=paper_id, stage="identified", data={"sent": sent})
    return redirect(url_for(".code"), 303)


@bp.get("/code")
@stranger
def code() -> Answer:
    """The code that was sent, or one from the window."""
    return _code(visit.need("identified"))


@bp.post("/code")
@stranger
def check_code() -> Answer:
    here = visit.need("identified")
    try:
        holding.check_code(_paper_id(here), request.form.get("code", "")[:40], at=_at(), by=visit.entrant())
    except Refused as refusal:
        return _code(visit.need("identified"), refusal)
    visit.change(stage="proven", data={})
    return redirect(url_for(".password"), 303)


@bp.post("/code/again")
@stranger
def send_again() -> Answer:
    here = visit.need("identified")
    try:
        holding.send_code(_paper_id(here), locale=g.locale)
    except Refused as refusal:
        return _code(visit.need("identified"), refusal)
    visit.change(data={"sent": True})
    return redirect(url_for(".code"), 303)


@bp.get("/password")
@stranger
def password() -> Answer:
    visit.need("proven")
    return render_template("kiosk/register/password.html", problems=[])


@bp.post("/password")
@stranger
def finish() -> Answer:
    """The card comes into being; the visit goes on as the holder's."""
    here = visit.need("proven")
    first, second = request.form.get("password", ""), request.form.get("again", "")
    problems = password_problems(first, second, holding.password_problem(first))
    if problems:
        return _shown("kiosk/register/password.html", 422, problems=_said(problems))
    try:
        card_id = holding.register(_paper_id(here), first, at=_at(), locale=g.locale, by=visit.entrant()).id
    except Refused as refusal:
        return _closed(refusal)
    kind = visit.policy()
    visit.begin(kind, card_id=card_id, stage="card", data={"new": True})
    response = redirect(url_for("card.face"), 303)
    if kind is PHONE:
        remember_device(response, card_id)
    return response


def remember_device(response: Response, card_id: int) -> None:
    """This phone has proven a code. The machine in the hall is never remembered."""
    response.set_cookie(DEVICE, showing.trust(card_id), max_age=visit.YEAR, path="/card", secure=current_app.config["PORTAL"].https, httponly=True, samesite="Lax")


def _paper(ref: str) -> PaperRow | Response:
    """The notice that opens registration, or the page that says why it does not."""
    if ref:
        found = worth.of_ref(ref)
        if found.paper is None:
            return redirect(url_for("check.show", ref=ref[:40]), 303)
        paper: PaperRow | None = found.paper
    else:
        here = visit.need("read", "identified")
        paper = db.session.get(PaperRow, here.paper_id) if here.paper_id else None
        if paper is None:
            raise OutOfStep
    try:
        return holding.open_paper(paper)
    except Refused as refusal:
        return _closed(refusal, paper.ref if paper else "")


def _paper_id(here: Visit) -> int:
    if here.paper_id is None:
        raise OutOfStep
    return here.paper_id


def _at() -> str:
    return visit.policy().name


def _identity(paper: PaperRow, ref: str, typed: Identity, problems: Any = (), refusal: Refused | None = None) -> Response:
    status = STATUS.get(refusal.code, 422) if refusal else 422 if problems else 200
    return _shown("kiosk/register/identity.html", status, paper=paper, ref=ref, typed=typed, problems=_said(problems), refused=_refused(refusal), locked=_is_locked(refusal))


def _code(here: Visit, refusal: Refused | None = None) -> Response:
    paper = db.session.get_one(PaperRow, _paper_id(here))
    status = STATUS.get(refusal.code, 422) if refusal else 200
    return _shown("kiosk/register/code.html", status, paper=paper, person=paper.permit.person, sent=here.data.get("sent"), refused=_refused(refusal), locked=_is_locked(refusal))  # type: ignore[union-attr]


def _closed(refusal: Refused, ref: str = "") -> Response:
    return _shown("kiosk/register/closed.html", STATUS.get(refusal.code, 409), sentence=_refused(refusal), has_card=refusal.code == "registered", ref=ref)


def _is_locked(refusal: Refused | None) -> bool:
    return refusal is not None and refusal.code == "locked"


def _refused(refusal: Refused | None) -> str:
    return gettext(refusal.msgid) % refusal.values if refusal else ""


def _said(problems: Any) -> list[tuple[str, str]]:
    return [(field, gettext(msgid)) for field, msgid in problems]


def _shown(page: str, status: int, **context: Any) -> Response:
    return make_response(render_template(page, **context), status)


from kiosk.register import disputing  # noqa: E402, F401 - the rest of this room

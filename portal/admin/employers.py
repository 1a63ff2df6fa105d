"""Employers' accounts: those that wait for confirmation first, each beside what the business registry says."""

from typing import Any

import sqlalchemy as sa
from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from portal.access import requires
from portal.accounts import forms
from portal.admin.views import bp
from portal.fragments import new_key, refusal_status, refusal_text, sentence
from workflow import accounts, registry, words
from workflow.employer import EmployerState, lifecycle
from workflow.engine import N_, Refused
from workflow.models import Employer, Event, User, db
from workflow.registry_http import Unreachable
from workflow.roles import Role

SHOWN = 50
ONLY_WHEN_OPEN = ("confirm_unchecked",)  # the way round: shown only where the straight one is closed
# What this life calls its levers and deeds where the words of the case would mislead.
LEVERS = {**words.LEVERS, "decline": (N_("Do not confirm"), "circle-x", "stop")}
DEEDS = {**words.DEEDS, "decline": N_("Did not confirm the account"), "end_handler": N_("Closed a handler's account")}


@bp.get("/employers")
@requires(Role.ADMIN, Role.ACCEPTANCE)
def employers() -> str:
    asked, before = request.args.get("q", "").strip()[:120], request.args.get("before", "")
    own = sa.select(Employer).where(Employer.authority_id == current_user.authority_id)
    pending = [] if asked or before else db.session.scalars(own.where(Employer.state == EmployerState.PENDING).order_by(Employer.id).limit(200)).all()
    others = own.order_by(Employer.id.desc()).limit(SHOWN + 1)
    if asked:
        like = asked.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        others = others.where(Employer.name.like(f"%{like}%", escape="\\") | (Employer.credit_code == asked.upper()))
    else:
        others = others.where(Employer.state != EmployerState.PENDING)
    if before.isascii() and before.isdigit() and len(before) < 10:
        others = others.where(Employer.id < int(before))
    rows = db.session.scalars(others).all()
    more = url_for(".employers", q=asked or None, before=rows[SHOWN - 1].id) if len(rows) > SHOWN else ""
    return render_template("portal/admin/employers.html", pending=pending, rows=rows[:SHOWN], asked=asked, more=more)


@bp.get("/employers/<int:employer_id>")
@requires(Role.ADMIN, Role.ACCEPTANCE)
def employer(employer_id: int) -> Response:
    return _file(_find(employer_id))


@bp.post("/employers/<int:employer_id>/moves/<string:trigger>")
@requires(Role.ADMIN, Role.ACCEPTANCE)
def move(employer_id: int, trigger: str) -> Response:
    """Pull one lever. Which exist, and for whom, is written in workflow/employer.py."""
    _find(employer_id)
    reason = request.form.get("reason", "")
    try:
        done = accounts.decide_employer(employer_id, trigger, by=current_user, seen=forms.seen(request.form), key=forms.key(request.form), reason=reason)
    except Refused as refusal:
        return _file(_find(employer_id), refusal_status(refusal), refused=refusal, typed={"trigger": trigger, "reason": reason})
    flash(_("%(name)s: done. Its handlers are told.", name=done.name), "good")
    return redirect(url_for(".employers"), 303)  # type: ignore[return-value]


def _find(employer_id: int) -> Employer:
    row = db.session.get(Employer, employer_id)
    if row is None or row.authority_id != current_user.authority_id:
        abort(404)
    return row


def _file(row: Employer, status: int = 200, refused: Refused | None = None, typed: dict[str, str] | None = None) -> Response:
    try:
        entry, silent = registry.entry_of(row.credit_code), False
    except Unreachable:
        entry, silent = None, True
    at = forms.at_field(refused) if refused else ""
    moves = [_lever(row, lever) for lever in lifecycle.open_to(row, current_user) if not (lever.unmet and lever.move.trigger in ONLY_WHEN_OPEN)]
    handlers = db.session.scalars(sa.select(User).where(User.employer_id == row.id).order_by(User.id)).all()
    events = db.session.scalars(sa.select(Event).where(Event.subject == "employer", Event.subject_id == row.id).order_by(Event.seq.desc()).limit(100)).all()
    trail = [{"title": _(DEEDS.get(e.trigger, e.trigger)), "who": e.actor_name, "at": e.at, "note": e.facts.get("reason") or e.facts.get("name", "")} for e in events]
    return make_response(
        render_template(
            "portal/admin/employer.html", row=row, entry=entry, silent=silent, moves=moves, handlers=handlers, trail=trail, key=new_key(),
            kinds=dict(forms.KINDS), industries=dict(forms.INDUSTRIES), refused=refusal_text(refused) if refused and not at else "",
            errors={at: refusal_text(refused)} if refused and at else {}, typed=typed or {},
        ), status,
    )  # fmt: skip


def _lever(row: Employer, lever: Any) -> dict[str, Any]:
    label, icon, kind = LEVERS[lever.move.trigger]
    return {
        "trigger": lever.move.trigger, "label": _(label), "icon": icon, "kind": kind, "unmet": [sentence(g.otherwise) for g in lever.unmet],
        "form_url": url_for(".move", employer_id=row.id, trigger=lever.move.trigger), "asks": lever.move.asks,
    }  # fmt: skip

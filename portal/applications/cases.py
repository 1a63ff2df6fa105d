"""One case as its employer sees it after filing: state, limit, who has it, the case file, papers, and the moves that are open."""

from typing import Any

import sqlalchemy as sa
from flask import Response, redirect, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import lazyload

from portal.access import requires
from portal.applications import forms
from portal.applications.finding import address, find, first_undone
from portal.applications.views import bp
from portal.fragments import new_key, refusal_status, refusal_text, render_part, sentence
from workflow import desk, together, words
from workflow.application import CORRECTING, WITH_EMPLOYER, State, lifecycle
from workflow.engine import N_, Refused
from workflow.models import Case, Event, PaperRow, Permit, db
from workflow.papers import KINDS
from workflow.residence import ResidenceState
from workflow.roles import LABELS, Role
from workflow.services import service

# What stays inside the office until a move tells it.
INTERNAL = ("mark", "strike", "claim", "show", "lock", "unlock")
HOW = {"link": N_("Taken by the applicant, by the link of the draft"), "offer": N_("The photo before, cropped or with its background made white")}
PREPARING = ("attach", "detach", "commit", "date_issue")  # while the draft was filled in, of no interest once it is filed


@bp.get("/<int:case_id>")
@requires(Role.HANDLER)
def show(case_id: int) -> Response:
    """The case; a draft opens at its first page that is not done."""
    case = find(case_id, papers=True)
    if case.state is State.DRAFT:
        return redirect(address(case, first_undone(case)))  # type: ignore[return-value]
    return case_page(case)


@bp.post("/<int:case_id>/moves/<string:trigger>")
@requires(Role.HANDLER)
def move(case_id: int, trigger: str) -> Response:
    """Pull one lever. Which levers exist, and for whom, is written in workflow/application.py."""
    case, given = find(case_id), {name: request.form.get(name, "")[:20_000] for name in ("reason",) if name in request.form}
    if trigger == "submit":
        from portal.applications.answers import submit

        return submit(case)
    try:
        desk.act(case_id, trigger, by=current_user, seen=forms.seen(request.form), key=forms.key(request.form), **given)
    except Refused as refusal:
        return case_page(find(case_id), refusal_status(refusal), refused=refusal_text(refusal), errors=_at_field(refusal), typed={**given, "trigger": trigger})
    return redirect(url_for(".show", case_id=case_id), 303)  # type: ignore[return-value]


def _at_field(refusal: Refused) -> dict[str, str]:
    kind, _, name = refusal.code.partition(":")
    return {name: refusal_text(refusal)} if kind == "asks" else {}


def case_page(case: Case, status: int = 200, *, refused: str = "", errors: dict | None = None, typed: dict | None = None, **more: Any) -> Response:
    """The page of the case; where it came back, the page of its corrections. Answered refusals stand over the moves."""
    if case.state is State.DRAFT:
        from portal.applications.answers import answers_page

        return answers_page(case, status, refused=refused)
    context = head(case) | {"refused": refused, "move_errors": errors or {}, "typed": typed or {}, "moves": moves(case), "key": new_key()} | more
    if case.state in CORRECTING:
        from portal.applications.correcting import corrections

        return render_part("portal/applications/_corrections.html", "portal/applications/correct.html", status, **context, **corrections(case, more.get("defect_id"), more.get("wrong")))
    return render_part("portal/applications/_moves.html", "portal/applications/show.html", status, **context)


def head(case: Case) -> dict[str, Any]:
    """What every page of a filed case shows."""
    residence = case.residence if case.state is State.GRANTED or service(case.service).is_joint else None
    due = residence is not None and residence.state is ResidenceState.APPOINTMENT_DUE
    return {
        "case": case, "service": service(case.service), "deadline": desk.employers_deadline(case), "mine": case.state in WITH_EMPLOYER, "events": events(case), "residence": residence,
        "old_permit": _of_old_system(case), "residence_deadline": together.deadline_of(residence) if residence else None, "appointment_due": due,
        "holder": gettext(words.HOLDERS[State.RETURNED]) if due else gettext(words.HOLDERS[case.state]) if case.state in words.HOLDERS else "", "papers": [paper_line(p) for p in reversed(case.papers)], "profile": case.profile,
    }  # fmt: skip


def _of_old_system(case: Case) -> Permit | None:
    """The permit taken over with a closed case of the old system: its papers are not here, and what may be filed about it stands on the page."""
    if case.origin != "legacy" or case.state is not State.GRANTED:
        return None
    return db.session.scalar(sa.select(Permit).where(Permit.case_id == case.id, Permit.origin == "legacy").options(lazyload("*")))


def moves(case: Case) -> list[dict[str, Any]]:
    """The levers open to whoever looks, as the bar of moves draws them."""
    shown = []
    for lever in lifecycle.open_to(case, current_user):
        label, icon, kind = words.LEVERS[lever.move.trigger]
        url = url_for(".move", case_id=case.id, trigger=lever.move.trigger)
        unmet = [gettext(guard.otherwise) for guard in lever.unmet]
        shown.append({"trigger": lever.move.trigger, "label": gettext(label), "icon": icon, "kind": kind, "unmet": unmet, "form_url": url, "asks": lever.move.asks})
    return shown


def events(case: Case) -> list[dict[str, Any]]:
    """The case file, newest first, without what stays inside the office. Files attached in one go are one line."""
    rows = db.session.scalars(sa.select(Event).where(Event.case_id == case.id, Event.trigger.not_in(INTERNAL)).order_by(Event.id.desc()).limit(200)).all()
    shown: list[dict[str, Any]] = []
    for row in rows:
        if row.trigger in PREPARING and case.submitted_at and row.at < case.submitted_at:
            continue
        title = gettext(words.DEEDS.get(row.trigger, row.trigger))
        if shown and row.trigger == "attach" and shown[-1].get("trigger") == "attach" and shown[-1]["by"] == row.actor_name:
            shown[-1]["count"] += 1
            shown[-1]["note"] = ngettext("%(num)s file", "%(num)s files", shown[-1]["count"])
            continue
        shown.append({"title": title, "who": _who(row), "at": row.at, "note": _note(row), "trigger": row.trigger, "by": row.actor_name, "count": 1})
    return shown


def _who(row: Event) -> str:
    if row.role is Role.HANDLER and (row.facts or {}).get("agent"):
        return gettext("%(name)s, for the agent %(agent)s", name=row.actor_name, agent=row.facts["agent"])
    return row.actor_name if row.role is Role.HANDLER else f"{gettext(LABELS[row.role])} {row.actor_name}" if row.actor_id else gettext(LABELS[row.role])


def _note(row: Event) -> str:
    facts = row.facts or {}
    if facts.get("defects"):
        return ngettext("%(num)s item to correct", "%(num)s items to correct", len(facts["defects"]))
    if row.trigger == "attach" and facts.get("how") in HOW:
        way = HOW[str(facts["how"])]
        return gettext(way)
    if row.trigger == "cutover_return":
        return sentence(str(facts.get("reason") or ""))
    if row.trigger in ("withdraw", "decline", "refuse", "extend_time", "refuse_residence") and facts.get("reason"):
        return str(facts["reason"])
    return sentence(", ".join(facts["papers"])) if facts.get("papers") else ""


def paper_line(paper: PaperRow) -> dict[str, Any]:
    kind = KINDS[paper.kind]
    return {
        "paper": paper, "official": kind.official, "label": gettext(kind.label), "fresh": paper.first_download_at is None,
        "held": paper.held_back, "url": "" if paper.held_back else url_for("applications.paper", case_id=paper.case_id, paper_id=paper.id),
    }  # fmt: skip

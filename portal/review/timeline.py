"""The case file as a timeline: every event of the case, its residence step and its card, with what it carried, newest first."""

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from portal.review.casepage import about
from workflow import words
from workflow.engine import N_
from workflow.models import Case, Event, db
from workflow.roles import LABELS, Role
from workflow.services import service

MOST = 500
DEEDS = {"entry": N_("Noted the day of entry")}
FACTS = {"reason": N_("Reason"), "opinion": N_("Opinion"), "grounds": N_("Grounds"), "text": N_("Told as"), "note": N_("Note"), "residence_number": N_("Number of the residence permit"), "name": N_("File"), "machine": N_("Kiosk"), "words": N_("Said"), "answer": N_("Answer"), "with": N_("Second officer")}


def of(case: Case) -> list[dict[str, Any]]:
    events = db.session.scalars(sa.select(Event).where(Event.case_id == case.id).order_by(Event.id.desc()).limit(MOST))
    return [{"title": title(e), "who": who(e), "at": e.at, "note": note(case, e), "upcoming": False} for e in events]


def title(event: Event) -> str:
    deed = words.DEEDS.get(event.trigger) or DEEDS.get(event.trigger)
    return gettext(deed) if deed else event.trigger


def who(event: Event) -> str:
    if event.role in (Role.ENTRANT, Role.SYSTEM) and event.actor_id is None:  # nobody with an account: the role says who
        return gettext(LABELS[event.role])
    office = (event.facts or {}).get("agent") or gettext(LABELS[event.role])
    return event.actor_name + gettext(" (") + office + gettext(")") if event.actor_id else office


def note(case: Case, event: Event) -> str:
    """From → to, then what the line carries, in one sentence each."""
    said, facts = [], event.facts
    if event.to_state and event.from_state and event.to_state != event.from_state:
        said.append(f"{gettext(words.STATES.get(event.from_state, event.from_state))} → {gettext(words.STATES.get(event.to_state, event.to_state))}")
    if facts.get("target"):
        said.append(about(case, facts["target"]))
    if facts.get("material") or facts.get("kind"):
        said.append(about(case, f"material:{facts.get('material') or facts.get('kind')}"))
    if facts.get("section"):
        section = service(case.service).section(facts["section"])
        said.append(gettext(section.title) if section else facts["section"])
    if facts.get("verdict"):
        said.append(gettext(words.VERDICTS.get(facts["verdict"], facts["verdict"])))
    said += [f"{gettext(label)}{gettext(': ')}{gettext(facts[name]) if event.role is Role.CUTOVER else facts[name]}" for name, label in FACTS.items() if isinstance(facts.get(name), str) and facts[name]]
    said += [f"{about(case, d['target'])}{gettext(': ')}{d['text']}" for d in facts.get("defects") or []]
    if event.trigger == "entry":
        said.append(facts.get("to") or "")
    if facts.get("papers"):
        said.append(gettext("Papers: %(numbers)s", numbers=gettext(", ").join(facts["papers"])))
    return gettext("; ").join(said)

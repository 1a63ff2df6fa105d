"""The tracker: the person of a case follows it without an account. Two ways in, and no more shown than the stages with their dates.

By the link in each message to the contact on file: signed, good for thirty days, and worthless once contact or passport of the case change.
Or by the case number, the last four characters of the passport and the date of birth: counted by the door, one answer for whatever is wrong.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import joinedload

from workflow import clock, throttle
from workflow.application import State
from workflow.engine import N_, Refused
from workflow.models import Card, Case, Event, Residence, db
from workflow.services import Service, service

GOOD_FOR = 30 * 24 * 3600  # seconds
TRIES, TRIES_OF_ADDRESS, MINUTES = 5, 30, 15
NO_MATCH = N_("Number, passport and date of birth do not belong together. The case number stands on the filing receipt and in every message to you.")
RESTS = N_("Too many attempts that did not match. Try again after %(until)s, or use the link in a message to you.")
# the deeds that take a case from one stage to the next, by the stage they end
ENDS = {
    "filed": ("submit", "complete_paper", "take_over", "cutover_return"), "checked": ("pass_preliminary",), "accepted": ("accept",), "examined": ("recommend",),
    "decided": ("grant", "refuse", "complete_paper"), "card": ("register",), "originals": ("verify_originals",), "residence": ("grant_residence", "refuse_residence"),
}  # fmt: skip
READ_IN = {
    "ja": ("JPN",), "ko": ("KOR", "PRK"), "ru": ("RUS", "BLR", "KAZ", "KGZ", "TJK", "UZB", "TKM"), "fr": ("FRA", "BEL", "SEN", "CIV", "CMR", "MLI", "COD", "COG", "GAB", "BEN", "TGO", "MDG"),
    "de": ("DEU", "D", "AUT", "CHE"), "es": ("ESP", "MEX", "ARG", "COL", "PER", "CHL", "VEN", "ECU", "GTM", "CUB", "BOL", "DOM", "URY", "PRY", "CRI", "PAN", "HND", "NIC", "SLV"),
    "ar": ("EGY", "SAU", "ARE", "DZA", "MAR", "TUN", "LBY", "JOR", "LBN", "SYR", "IRQ", "YEM", "OMN", "QAT", "KWT", "BHR", "SDN", "PSE", "MRT"), "vi": ("VNM",),
}  # fmt: skip
STOPS = {State.REFUSED, State.NOT_ACCEPTED, State.WITHDRAWN}


@dataclass(frozen=True)
class Stage:
    """`state`: done, now, later, or stopped (the case ended here). `at`: when it was done."""

    code: str
    state: str
    at: datetime | None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="tracker")


def _mark(case: Case) -> str:
    """Changes with the contact and the passport of the case, and so ends the links sent before."""
    basic = case.answers.get("basic") or {}
    return hashlib.sha256(f"{basic.get('email')}|{basic.get('mobile')}|{case.passport_no}".encode()).hexdigest()[:16]


def tongue_of(case: Case) -> str:
    """The language in which the link opens, where the filing names none: the one most read where the passport is from. Every page offers the others."""
    basic = case.answers.get("basic") or {}
    return str(basic.get("language") or next((tongue for tongue, states in READ_IN.items() if basic.get("nationality") in states), "en"))


def link(case: Case) -> str:
    locale = tongue_of(case)
    return f"{current_app.config['PORTAL'].base_url}/track/link/{_signer().dumps([case.id, _mark(case)])}?lang={locale}"


def of_token(token: str) -> Case | None:
    """The case of a link that still counts; None for every other."""
    try:
        case_id, mark = _signer().loads(token, max_age=GOOD_FOR)
        case = db.session.get(Case, int(case_id))
    except (BadData, ValueError, TypeError):
        return None
    return case if case is not None and hmac.compare_digest(_mark(case), str(mark)) and case.state is not State.DRAFT else None


def find(number: str, tail: str, born: date, address: str) -> Case:
    """By number, passport and birth. Raises Refused("no_match"), whatever was wrong, or Refused("locked"). Counted before it is judged."""
    number, tail = "".join(number.split()).upper()[:40], "".join(tail.split()).upper()[:10]
    of_address, of_number = throttle.key_of("track-from", address), throttle.key_of("track", number)
    if until := throttle.attempt(of_address, TRIES_OF_ADDRESS, MINUTES) or throttle.attempt(of_number, TRIES, MINUTES):
        raise Refused("locked", RESTS, until=until.astimezone(clock.BEIJING).strftime("%H:%M"))
    case = db.session.scalar(sa.select(Case).where(sa.or_(Case.number == number, Case.legacy_number == number), Case.state != State.DRAFT).limit(1))
    held, birth = (case.passport_no[-4:].upper(), _born(case)) if case else ("", "")
    fits = (hmac.compare_digest(tail.encode(), held.encode() or b"\0"), hmac.compare_digest(born.isoformat().encode(), birth.encode() or b"\0"))
    if case is None or len(held) != 4 or not all(fits):
        raise Refused("no_match", NO_MATCH)
    throttle.forgive(of_address)
    throttle.clear(of_number)
    return case


def _born(case: Case) -> str:
    """As filed, or of the permit that the filing is about."""
    filed = (case.answers.get("basic") or {}).get("birth_date") or (case.about.facts.get("birth_date") if case.about else "")
    return str(filed or "")


def residence_of(case_id: int) -> Residence | None:
    return db.session.scalar(sa.select(Residence).where(Residence.case_id == case_id))


def has_card(residence: Residence | None) -> bool:
    if residence is None:
        return False
    return bool(db.session.scalar(sa.select(Card.id).where(Card.person_id == residence.permit.person_id, Card.password_hash != "").limit(1)))


def of_case(case_id: int) -> Case:
    return db.session.get_one(Case, case_id, options=(joinedload(Case.employer), joinedload(Case.profile_row)))


def stages(case: Case) -> list[Stage]:
    """Every stage of this service in its order, with when it was done."""
    found: Any = sa.select(Event.trigger, sa.func.max(Event.at)).where(Event.case_id == case.id).group_by(Event.trigger)
    at: dict[str, datetime] = {row[0]: row[1] for row in db.session.execute(found)}
    codes = _codes(service(case.service))
    done = {code: max((at[t] for t in ENDS[code] if t in at), default=None) for code in codes}
    if case.decided_at is not None:  # decided: everything before it is behind, whatever way the case came
        done["decided"] = done["decided"] or case.decided_at
    reached = max((n for n, code in enumerate(codes) if done[code] and _still(case, code)), default=-1)
    shown, now = [], True
    for n, code in enumerate(codes):
        state = "done" if n <= reached and (done[code] or code in ("filed", "checked", "accepted", "examined")) else "later"
        if state == "later" and now and not (code == "card" and reached < n - 1):
            state = "stopped" if case.state in STOPS else "now"
        if state in ("now", "stopped"):
            now = False
        shown.append(Stage(code, state, done[code] if state == "done" else None))
        if state == "stopped":
            break
    if case.state is State.REFUSED:
        shown = [Stage(s.code, "stopped" if s.code == "decided" else s.state, s.at or case.decided_at) for s in shown if codes.index(s.code) <= codes.index("decided")]
    return shown


def _codes(row: Service) -> list[str]:
    extra = ["card", "originals", "residence"] if row.residence else []
    return ["filed", "checked", "accepted", "examined", "decided", *extra]


AT = {
    State.PRELIMINARY_REVIEW: "filed", State.RETURNED: "filed", State.ACCEPTANCE: "checked", State.IN_CORRECTION: "checked", State.EXAMINATION: "accepted", State.SENT_BACK: "accepted",
    State.DECISION: "examined", State.LEGACY_CARD_REVIEW: "filed", State.LEGACY_CARD_EXAMINATION: "filed",
}  # fmt: skip


def _still(case: Case, code: str) -> bool:
    """A case that went back a stage has not done what it did before (examined again, sent back)."""
    order = ["filed", "checked", "accepted", "examined", "decided"]
    if case.state not in AT or code not in order:
        return True
    return order.index(code) <= order.index(AT[case.state])

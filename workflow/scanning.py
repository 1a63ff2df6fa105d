"""Scan anything: from whatever a scanner, a camera or a hand gave the window, to the case or the person it belongs to.

Read in this order: the one-minute code of a card, the numbers that people type (case, permit, paper, passport), the two lines of letters of a
passport, and last the codes of our papers. What is none of these is told apart, so that the officer knows what to ask the visitor for.
Somebody else's file is answered as one that does not exist.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import joinedload

from workflow import clock, counter, permit, worth
from workflow.engine import N_, within_reach
from workflow.intake import mrz
from workflow.models import Case, PaperRow, Permit, Person, db
from workflow.worth import Outcome

SHOWN = re.compile(r"(?:^|/c/)([0-9A-HJKMNP-TV-Z]{16})(?=$|[/?#\s])", re.ASCII)
CASE_NUMBER = re.compile(r"[0-9]{6}-[0-9]{4}-[0-9]{1,9}", re.ASCII)
PAPER_NUMBER = re.compile(r"[0-9]{6}-[A-Z]{2}-[0-9]{4}-[0-9]{1,9}", re.ASCII)
PERMIT_NUMBER = re.compile(r"[0-9]{18}", re.ASCII)
PASSPORT = re.compile(r"(?=.*[0-9])[A-Z0-9]{6,12}", re.ASCII)
REFERENCE = re.compile(r"(?i)[0-9A-Z]{11}|.*/v/.*", re.ASCII)
LONGEST = 8192

MISTYPED_PERMIT = N_("This cannot be a work permit number: its last digit does not fit the others, so one was mistyped. Compare it with the paper, digit by digit.")
NO_PERMIT = N_("No permit of this authority has this number. Another authority may have granted it.")
NO_CASE = N_("No case of this authority has this number. Compare it with the filing receipt.")
NO_PAPER = N_("No paper of this authority has this number. Compare it with the paper, sign by sign.")
NO_PASSPORT = N_("No permit of this authority was granted to this passport.")
UNREAD_PASSPORT = N_("These look like the two lines of a passport, but they were not read whole. Scan them again, or type the passport number.")
# What other codes look like, and what the visitor should be asked for instead. The first that fits is told.
FOREIGN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)(wxp|weixin|wechat|alipay|qr\.95516)"), N_("This is a code for paying or for a chat, not one of ours. Ask for the Notification or the code of the card.")),
    (re.compile(r"(?i)^begin:vcard|^mecard:"), N_("This is a visiting card, not one of ours. Ask for the Notification or the code of the card.")),
    (re.compile(r"(?i)^wifi:"), N_("This is the code of a wireless network, not one of ours.")),
    (re.compile(r"^[0-9]{17}X$|^[1-9][0-9]{5}(19|20)[0-9]{9}[0-9X]$"), N_("This looks like the number of a Chinese identity card. Foreigners have a work permit number of 18 digits, which begins with 899 here.")),
    (re.compile(r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"), N_("This looks like an employer's unified social credit code. The window opens cases by their number, or by the person's paper or card.")),
    (re.compile(r"^[0-9]{8}$|^[0-9]{12,14}$"), N_("This is the bar code of some goods, not one of ours.")),
)
ELSEWHERE = N_("This code leads to %(host)s, which is not this system. Do not open it. Ask for the Notification or the code of the card.")
NOTHING = N_("This is no code or number of ours. A case number looks like 440300-2026-000123, the code under a square like 7K3M 9QX2 TD6; a work permit number has 18 digits.")
CODE_OF_THE_CARD = N_("This looks like the code of a card, but it was cut short. Ask the holder to make a new one.")


@dataclass(frozen=True)
class Landing:
    """Where a scan leads: `code` of a card that is still to be redeemed, or `case`, or `person`; otherwise `why` with its `values`.

    `outcome` says what a shown paper is worth; "number" where no paper was shown.
    """

    outcome: str = counter.BY_NUMBER
    case: Case | None = None
    person: Person | None = None
    paper: PaperRow | None = None
    code: str = ""
    why: str = ""
    values: tuple[tuple[str, str], ...] = ()


def land(text: str, by: Any) -> Landing:
    text = unicodedata.normalize("NFKC", text.strip()[:LONGEST])
    if found := SHOWN.search(text.upper() if len(text) == 16 else text):
        return Landing(code=found.group(1))
    landed = _by_number("".join(text.split()).upper(), by) or _by_zone(text, by)
    if landed is not None:
        return landed
    return _by_paper(text, by)


def _by_number(number: str, by: Any) -> Landing | None:
    if CASE_NUMBER.fullmatch(number):
        return _case(db.session.scalar(sa.select(Case).where(sa.or_(Case.number == number, Case.legacy_number == number)).limit(1)), by, NO_CASE)
    if PAPER_NUMBER.fullmatch(number):
        paper = db.session.scalar(sa.select(PaperRow).where(PaperRow.number == number).options(joinedload(PaperRow.case)))
        if paper is None or not within_reach(paper.case, by):
            return Landing(why=NO_PAPER)
        return Landing(worth.outcome_of(paper), paper.case, paper=paper)
    if PERMIT_NUMBER.fullmatch(number) and not _is_identity_card(number):
        if number.startswith("899") and not permit.number_is_well_formed(number):
            return Landing(why=MISTYPED_PERMIT)
        return _person(Person.permit_number == number, by, NO_PERMIT)
    return None


def _is_identity_card(number: str) -> bool:
    """Year, month and day of birth stand at places 7 to 14 of a Chinese identity number; ours begin with 899."""
    return not number.startswith("899") and FOREIGN[3][0].match(number) is not None and number[10:12] <= "12" and number[12:14] <= "31"


def _by_zone(text: str, by: Any) -> Landing | None:
    """The two lines at the foot of a passport's photo page, as a passport reader types them; or its number alone."""
    if text.count("<") >= 4:
        try:
            read = mrz.parse([line for line in text.upper().split() if line], clock.today())
        except ValueError:
            return Landing(why=UNREAD_PASSPORT)
        if not read.checks.get("number"):
            return Landing(why=UNREAD_PASSPORT)
        return _person(sa.and_(Person.passport_no == read.number, Person.nationality == ("DEU" if read.nationality == "D" else read.nationality)), by, NO_PASSPORT)
    typed = "".join(text.split()).upper()
    if PASSPORT.fullmatch(typed) and not typed.isdigit():
        found = _person(Person.passport_no == typed, by, "")
        return found if found.person is not None else None
    return None


def _by_paper(text: str, by: Any) -> Landing:
    shown = worth.of_text(text)
    if shown.paper is not None and within_reach(shown.paper.case, by):
        return Landing(shown.outcome, shown.paper.case, paper=shown.paper)
    if shown.outcome not in (Outcome.UNKNOWN, Outcome.ALTERED) and shown.paper is None:
        return Landing(shown.outcome)
    plain = "".join(text.split())
    if why := next((sentence for pattern, sentence in FOREIGN if pattern.search(plain)), ""):
        return Landing(Outcome.UNKNOWN, why=why)
    address = urlsplit(text) if re.match(r"(?i)https?://", text) else None
    if address is not None and address.netloc.lower() != urlsplit(current_app.config["PORTAL"].base_url).netloc.lower() and not shown.paper:
        if shown.outcome is Outcome.ALTERED and "/v/" in address.path:
            return Landing(Outcome.ALTERED)
        return Landing(Outcome.UNKNOWN, why=ELSEWHERE, values=(("host", address.netloc[:60]),))
    if "/c/" in text:
        return Landing(Outcome.UNKNOWN, why=CODE_OF_THE_CARD)
    if shown.outcome is Outcome.ALTERED:
        return Landing(Outcome.ALTERED)
    return Landing(Outcome.UNKNOWN, why="" if REFERENCE.fullmatch(plain.replace("-", "")) else NOTHING)


def _case(case: Case | None, by: Any, otherwise: str) -> Landing:
    return Landing(case=case) if case is not None and within_reach(case, by) and case.state.value != "draft" else Landing(why=otherwise)


def _person(which: Any, by: Any, otherwise: str) -> Landing:
    """The person, and the case of the newest permit, if that is of the officer's authority."""
    newest = sa.select(Permit).join(Person, Permit.person_id == Person.id).where(which).order_by(Permit.id.desc()).limit(1)
    row = db.session.scalar(newest.options(joinedload(Permit.case)))
    if row is None or not within_reach(row, by):
        return Landing(why=otherwise)
    return Landing(case=row.case, person=row.person)

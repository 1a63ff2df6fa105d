"""How each answer of a check looks and what it advises: one row an outcome. The facts beside it are those the paper prints, and no more."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import g
from flask_babel import gettext
from markupsafe import Markup

from kiosk.languages import also
from workflow.documents.refs import pretty_ref
from workflow.engine import N_
from workflow.i18n import DEFAULT
from workflow.papers import KINDS
from workflow.worth import Outcome as O
from workflow.worth import Worth


class Look(NamedTuple):
    """Band colour, icon, the sentence, what to do, and which facts (see FACTS) stand between. `status` is that of the page."""

    band: str
    icon: str
    title: str
    advice: str
    facts: tuple[str, ...] = ()
    status: int = 200


# fmt: off
LOOKS = {
    O.IN_FORCE:      Look("good",   "shield-check",  N_("Genuine and in force"),
                          N_("Compare these lines with the paper. The visa and the residence permit may be applied for with it."),
                          ("paper", "name", "passport", "class", "employer", "valid_until", "signature")),
    O.PAST:          Look("turn",   "clock",         N_("Genuine, past its three months"),
                          N_("The notification no longer serves for visa or residence. Ask the holder to show the work-permit page of the electronic card."),
                          ("paper", "name", "passport", "class", "employer", "expired_on", "permit")),
    O.ENDED:         Look("turn",   "history",       N_("Genuine, the permit has ended"),
                          N_("Nobody may work with it any more. Ask the holder for a new permit."),
                          ("paper", "name", "permit")),
    O.REPLACED:      Look("moving", "replace",       N_("Genuine, replaced by a newer one"),
                          N_("Ask the holder to show the new notification or the electronic card; the newer one counts."),
                          ("paper", "changed_on", "newer")),
    O.CANCELLED:     Look("stop",   "ban",           N_("Permit cancelled"),
                          N_("It serves neither for work nor for any application. If in doubt, call the issuing authority."),
                          ("paper", "name", "cancelled_on")),
    O.ON_RECORD:     Look("good",   "shield-check",  N_("Genuine, on record"),
                          N_("Compare these lines with the paper. It documents one step; whether somebody may work is told by the notification or the electronic card."),
                          ("paper", "number", "name", "employer", "issued_on", "permit")),
    O.ALTERED:       Look("forged", "shield-x",      N_("Altered: the signature does not match"),
                          N_("Do not accept it, and trust nothing that stands on the paper. Note where it came from and call %(phone)s.")),
    O.WITHDRAWN_KEY: Look("stop",   "shield-x",      N_("The signature no longer counts"),
                          N_("The key it was signed with has been withdrawn. Ask the holder for a newly issued paper.")),
    O.ELSEWHERE:     Look("rest",   "help",          N_("Signature genuine, not known here"),
                          N_("It may have been issued in another region. Ask the authority named on the paper."),
                          ("issuer",)),
    O.UNKNOWN:       Look("rest",   "question-mark", N_("Not known"),
                          N_("See whether the code was typed correctly. If scanning finds nothing either, do not rely on the paper."), ("typed",), 404),
    O.UNCLEAR:       Look("rest",   "world",         N_("Status not known now"),
                          N_("A signature only proves who wrote it, not that it is in force now. Check again in a moment."), ("signature",), 503),
}
# fmt: on


def _printed(name: str) -> Callable[[Worth], Any]:
    return lambda worth: worth.paper.facts.get(name) if worth.paper else None


def _english(text: str | None) -> Markup | None:
    return Markup('<span lang="en">{}</span>').format(text) if text else None


def _paper(worth: Worth) -> Any:
    if worth.paper is None:
        return None
    kind = KINDS[worth.paper.kind]
    if g.get("locale", DEFAULT) == DEFAULT:
        return Markup("{} {}").format(kind.official, also(kind.label))
    return Markup('{} <span class="also" lang="zh-Hans">{}</span>').format(gettext(kind.label), kind.official)


def _passport(worth: Worth) -> str | None:
    number = str(_printed("passport_no")(worth) or "")
    return gettext("ends in %(last)s") % {"last": number[-4:]} if number else None


def _permit(worth: Worth) -> str | None:
    permit = worth.paper.permit if worth.paper else None
    if permit is None:
        return None
    sentences = {"lapsed": N_("ended on %(day)s"), "cancelled": N_("cancelled on %(day)s"), "superseded": N_("replaced on %(day)s")}
    standing = permit.standing()
    if standing in sentences:
        return gettext(sentences[standing]) % {"day": permit.valid_to if standing == "lapsed" else permit.ended_on or "—"}
    return gettext("in force until %(day)s") % {"day": permit.valid_to}


def _ended_on(worth: Worth) -> Any:
    if worth.paper is None:
        return None
    return worth.paper.changed_on or (worth.paper.permit.ended_on if worth.paper.permit else None)


def _newer(worth: Worth) -> str | None:
    return gettext("code ends in %(last)s") % {"last": worth.newer.ref[-3:]} if worth.newer else None


def _typed(worth: Worth) -> Any:
    return Markup('<span class="code">{}</span>').format(pretty_ref(worth.ref) if len(worth.ref) == 11 else worth.ref) if worth.ref else None


# name → (label, how the value is found). A fact without a value is left out.
FACTS: dict[str, tuple[str, Callable[[Worth], Any]]] = {
    "paper": (N_("Paper"), _paper),
    "number": (N_("Number"), lambda worth: worth.paper.number if worth.paper else None),
    "name": (N_("Name"), lambda worth: _english(_printed("name")(worth))),
    "passport": (N_("Passport"), _passport),
    "class": (N_("Category"), _printed("class")),
    "employer": (N_("Employer"), _printed("employer_zh")),
    "issued_on": (N_("Issued on"), _printed("issued_on")),
    "valid_until": (N_("Valid until"), lambda worth: worth.paper.valid_until if worth.paper else None),
    "expired_on": (N_("Expired after"), lambda worth: worth.paper.valid_until if worth.paper else None),
    "changed_on": (N_("Replaced on"), _ended_on),
    "cancelled_on": (N_("Cancelled on"), _ended_on),
    "newer": (N_("New paper"), _newer),
    "permit": (N_("Work permit"), _permit),
    "signature": (N_("Signature"), lambda worth: gettext("genuine") if worth.signed else None),
    "issuer": (N_("Issued by"), lambda worth: gettext("an authority of another region")),
    "typed": (N_("Code"), _typed),
}


def facts_of(worth: Worth) -> list[tuple[Markup, Any]]:
    """(label in two languages, value) for the page."""
    rows = ((FACTS[name][0], FACTS[name][1](worth)) for name in LOOKS[worth.outcome].facts)
    return [(Markup("{} {}").format(gettext(label), also(label)), value) for label, value in rows if value not in (None, "")]

"""Which icon, tone and word a state has: the one table behind templates/components/state.html.

A tone says whose turn it is. `turn` (amber) is always and only "the reader must act": hence the second look for a reader whose turn it is.
"""

from types import SimpleNamespace
from typing import NamedTuple

from flask_babel import gettext

from workflow.engine import N_


class Look(NamedTuple):
    icon: str
    tone: str
    word: str


WAITING = Look("player-pause", "rest", N_("Waiting for the employer"))

# fmt: off
STATES: dict[str, dict[str, Look]] = {
    "case": {
        "draft":                   Look("pencil", "rest", N_("Draft")),
        "preliminary_review":      Look("eye", "moving", N_("In preliminary review")),
        "returned":                WAITING,
        "acceptance":              Look("stamp", "moving", N_("In acceptance")),
        "in_correction":           WAITING,
        "examination":             Look("search", "moving", N_("Under examination")),
        "sent_back":               WAITING,
        "decision":                Look("gavel", "moving", N_("Awaiting decision")),
        "granted":                 Look("circle-check", "good", N_("Granted")),
        "refused":                 Look("ban", "stop", N_("Refused")),
        "not_accepted":            Look("circle-x", "stop", N_("Not accepted")),
        "withdrawn":               Look("minus", "rest", N_("Withdrawn")),
        "legacy_card_review":      Look("history", "rest", N_("Card application of the old system")),
        "legacy_card_examination": Look("history", "rest", N_("Card application of the old system")),
    },
    "notice": {
        "in_force":   Look("circle-check", "good", N_("In force")),
        "superseded": Look("replace", "moving", N_("Superseded")),
        "cancelled":  Look("ban", "stop", N_("Cancelled")),
        "expired":    Look("history", "rest", N_("Expired")),
    },
    "permit": {
        "valid":      Look("circle-check", "good", N_("In force")),
        "expiring":   Look("clock", "turn", N_("Expiring")),
        "expired":    Look("history", "rest", N_("Expired")),
        "upcoming":   Look("calendar", "moving", N_("Granted, not begun yet")),
        "lapsed":     Look("history", "rest", N_("Lapsed")),
        "cancelled":  Look("ban", "stop", N_("Cancelled")),
        "superseded": Look("replace", "moving", N_("Superseded")),
    },
    "card": {
        "active": Look("circle-check", "good", N_("In force")),
        "locked": Look("lock", "turn", N_("Locked")),
        "closed": Look("ban", "stop", N_("Closed")),
    },
    "residence": {
        "travelling":             Look("eye", "moving", N_("Filed together, in material review")),
        "appointment_due":        Look("calendar", "moving", N_("Appointment to be booked")),
        "appointed":              Look("calendar", "moving", N_("Appointment booked")),
        "ended_with_filing":      Look("minus", "rest", N_("Ended with the filing")),
        "awaiting_originals":     Look("files", "moving", N_("Originals not seen yet")),
        "originals_not_accepted": Look("circle-x", "stop", N_("Not accepted")),
        "originals_verified":     Look("check", "good", N_("Originals verified")),
        "residence_granted":      Look("circle-check", "good", N_("Residence permit granted")),
        "residence_refused":      Look("ban", "stop", N_("Residence permit refused")),
    },
    "original": {
        "unseen":  Look("point", "rest", N_("To check")),
        "seen":    Look("check", "good", N_("Seen")),
        "differs": Look("alert-triangle", "turn", N_("Differs")),
        "missing": Look("x", "stop", N_("Missing")),
    },
    "finding": {
        "reject":  Look("circle-x", "stop", N_("Cannot be filed like this")),
        "review":  Look("alert-triangle", "turn", N_("For the officer to judge")),
        "warn":    Look("alert-circle", "turn", N_("Worth a look")),
        "passed":   Look("circle-check", "good", N_("Passed")),
        "pending":  Look("clock", "rest", N_("Waiting for the security check")),
    },
    "defect": {
        "open":     Look("pencil", "turn", N_("To be corrected")),
        "answered": Look("circle-check", "good", N_("Corrected")),
    },
    "employer": {
        "pending":   Look("clock", "moving", N_("Being confirmed")),
        "confirmed": Look("circle-check", "good", N_("Confirmed")),
        "declined":  Look("ban", "stop", N_("Not confirmed")),
    },
}
# What the same state looks like to the reader who must act.
MINE: dict[str, Look] = {
    "draft":         Look("pencil", "rest", N_("Draft")),
    "returned":      Look("arrow-back-up", "turn", N_("Returned to you")),
    "in_correction": Look("arrow-back-up", "turn", N_("To be corrected by you")),
    "sent_back":     Look("arrow-back-up", "turn", N_("Sent back to you")),
}
ASKED = {
    "reason":  (N_("Reason"), N_("The other side reads this sentence. Say what is wrong, the limit, and the way out.")),
    "opinion": (N_("Opinion"), N_("Goes into the case file and to the deciding officer.")),
    "grounds": (N_("Grounds"), N_("Name the rule and the facts it rests on.")),
    "note":    (N_("Note"), ""),
    "residence_number": (N_("Residence permit number"), ""),
    "valid_from":       (N_("Valid from"), ""),
    "valid_to":         (N_("Valid until"), ""),
}
ASKED_KINDS = {"residence_number": "latin", "valid_from": "date", "valid_to": "date"}
# fmt: on


def state_look(code: object, mine: bool = False, kind: str = "case") -> Look:
    """The look of a state in the reader's language; an unknown code is shown as it is, grey."""
    key = str(getattr(code, "value", code))
    look = (MINE.get(key) if mine and kind == "case" else None) or STATES.get(kind, {}).get(key)
    if look is None:
        return Look("point", "rest", key)
    return look._replace(word=gettext(look.word))


def ask(name: str) -> SimpleNamespace:
    """What a move asks by name, as a field the `field` component can draw."""
    label, hint = ASKED.get(name, (name.replace("_", " ").capitalize(), ""))
    kind = ASKED_KINDS.get(name, "longtext")
    return SimpleNamespace(
        code=name,
        label=label,
        kind=kind,
        required=True,
        hint=hint,
        choices=(),
        max_length=2000 if kind == "longtext" else 40,
        autocomplete="",
        width="wide" if kind == "longtext" else "",
    )

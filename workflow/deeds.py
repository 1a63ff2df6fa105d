"""What a move does beside changing the state: who is noted, which defects are told, what is issued. One row a trigger, no if over verbs."""

from collections.abc import Callable
from typing import Any

from workflow import clock, effects, i18n, issuing, remarks, together
from workflow.calendars import is_working_day
from workflow.engine import Move
from workflow.materials import MATERIALS
from workflow.models import Case, PaperRow
from workflow.papers import NOTICES, Paper, Slot
from workflow.services import service

RETURNS = ("return_all_at_once", "return_for_correction", "send_back")


def returns(case: Case) -> int:
    """How many times the case has gone back to the employer so far."""
    return max((d.round for d in case.defects if d.state in ("told", "answered", "cleared")), default=0)


def follow(case: Case, move: Move, by: Any, asked: dict[str, str]) -> dict[str, Any]:
    """Apply what the move brings with it. Returns facts for the line in the case file."""
    deed = DEEDS.get(move.trigger)
    return (deed(case, by, asked) if deed else None) or {}


def _file(case: Case, by: Any, asked: dict) -> dict[str, Any]:
    """The conditions of the service hold still on the day of filing; what is worth a remark is noted."""
    case.submitted_at = case.submitted_at or clock.now()  # first: the database refuses a filed case without its day, and reading flushes
    effects.recheck(case, by)
    noted = remarks.note(case)
    return {"noted": noted} if noted else {}


def _complete_paper(case: Case, by: Any, asked: dict) -> None:
    case.submitted_at = case.accepted_at = clock.now()
    _decide(case, by, asked)
    _file(case, by, asked)


def _tell(case: Case, by: Any, asked: dict) -> dict[str, Any]:
    """Everything marked is told, at once; what stood there is kept, for old → new."""
    told = []
    for defect in case.open_defects:
        defect.state, defect.told_at, defect.before = "told", clock.now(), standing_at(case, defect.target)
        told.append({"target": defect.target, "text": defect.text})
    return {"defects": told}


def _refile(case: Case, by: Any, asked: dict) -> dict[str, Any]:
    answered = [d for d in case.defects if d.state == "answered"]
    for defect in answered:
        defect.state = "cleared"
    remarks.renew_term(case)
    return {"corrected": [d.target for d in answered]}


def _accept(case: Case, by: Any, asked: dict) -> None:
    case.accepted_at = clock.now()


def _examine(case: Case, by: Any, asked: dict) -> None:
    case.examined_by_id, case.claimed_by_id = by.id, None


def _reexamine(case: Case, by: Any, asked: dict) -> None:
    case.examined_by_id = None


def _decide(case: Case, by: Any, asked: dict) -> None:
    case.decided_by_id, case.decided_at, case.claimed_by_id = by.id, clock.now(), None


def _grant(case: Case, by: Any, asked: dict) -> None:
    _decide(case, by, asked)
    together.carry_limit(case)


def _extend(case: Case, by: Any, asked: dict) -> None:
    case.extended_at = clock.now()


def _hand_on(case: Case, by: Any, asked: dict) -> None:
    case.claimed_by_id = None


DEEDS: dict[str, Callable[[Case, Any, dict], dict[str, Any] | None]] = {
    "submit": _file,
    "complete_paper": _complete_paper,
    **dict.fromkeys(RETURNS, _tell),
    "resubmit": _refile,
    "pass_preliminary": _hand_on,
    "accept": _accept,
    "recommend": _examine,
    "reexamine": _reexamine,
    "grant": _grant,
    "refuse": _decide,
    "extend_time": _extend,
}


def standing_at(case: Case, target: str) -> Any:
    """What is there now: a field's value, a section's answers, or the hashes of a material's files."""
    kind, _, rest = target.partition(":")
    if kind == "material":
        return [m.sha256 for m in case.live_materials if m.kind == rest]
    section, *path = rest.split(".")
    held = case.answers.get(section)
    return held.get(path[-1]) if path and isinstance(held, dict) else held


def issue(case: Case, move: Move, asked: dict[str, str]) -> list[PaperRow]:
    """The papers of the table's row, in its order; Slot.ON_GRANT is filled by the service's own row."""
    permit, granted = effects.settle(case) if Slot.ON_GRANT in move.issues else (None, [])
    kinds = [k for slot in move.issues for k in (granted if slot is Slot.ON_GRANT else (Paper(slot),))]
    issued: dict[Paper, PaperRow] = {}
    for kind in reversed(kinds):  # the Decision names the number of the paper that goes with it
        extra = EXTRAS[kind](case, asked) if kind in EXTRAS else {}
        if kind is Paper.DECISION:
            beside = next((issued[k] for k in (*NOTICES, Paper.REGISTRATION_SLIP) if k in issued), None)
            extra = {**extra, "notification_number": beside.number if beside else "", "beside": beside.kind.value if beside else ""}
        issued[kind] = issuing.issue(case, kind, permit_row=permit, **extra)
    return [issued[k] for k in kinds]


def _defect_facts(case: Case, asked: dict) -> dict[str, Any]:
    told = [d for d in case.defects if d.state == "told"]
    return {"defects": [{**target_names(case, d.target), "text": d.text} for d in told], "due_on": case.due_on.isoformat() if case.due_on else None}


def target_names(case: Case, target: str) -> dict[str, str]:
    """The official caption of what a defect is about, Chinese from the catalogue, English as in the table."""
    kind, _, rest = target.partition(":")
    if kind == "material":
        material = MATERIALS[rest]
        return {"target_zh": material.official, "target_en": material.label}
    code, *path = rest.split(".")
    section = service(case.service).section(code)
    if section is None:
        return {"target_zh": rest, "target_en": rest}
    field = section.field(path[-1]) if path else None
    row = f" {int(path[0]) + 1}" if path and path[0].isdigit() else ""
    zh, en = i18n.chinese(section.title) + row, section.title + row
    return {"target_zh": f"{zh} › {i18n.chinese(field.label)}" if field else zh, "target_en": f"{en} › {field.label}" if field else en}


def _reason(case: Case, asked: dict) -> dict[str, Any]:
    return {"reason": asked.get("reason", ""), "grounds": []}


def _extension(case: Case, asked: dict) -> dict[str, Any]:
    limits, working = case.profile.limits, is_working_day
    new = clock.deadline(case.running, limits, clock.today(), working)
    since = case.running.since or clock.today()
    spare = limits["decision"].promised + case.running.extended - clock.EXTENSION_DAYS - case.running.used
    return {**_reason(case, asked), "old_due": clock.add_working_days(since, max(spare, 0), working).isoformat(), "new_due": new.due.isoformat() if new and new.due else None}


def _receipt(case: Case, asked: dict) -> dict[str, Any]:
    files = [m for m in case.live_materials if m.sha256]
    return {
        "submitted_at": (case.submitted_at or clock.now()).astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M"),
        "materials": [{"zh": MATERIALS[m.kind].official, "en": MATERIALS[m.kind].label, "pages": m.pages, "sha256": (m.sha256 or "")[:16]} for m in files],
    }


def _accepted(case: Case, asked: dict) -> dict[str, Any]:
    return {"accepted_on": clock.today().isoformat(), "due_on": case.due_on.isoformat() if case.due_on else None}


def _cancelled(case: Case, asked: dict) -> dict[str, Any]:
    """Why and since when, in both languages; the period is the permit's own."""
    said = case.answers.get("cancellation") or {}
    section = service(case.service).section("cancellation")
    field = section.field("ground") if section else None
    ground = dict(field.choices).get(str(said.get("ground")), "") if field else ""
    return {"ground_zh": i18n.chinese(ground) if ground else "", "ground_en": ground, "ended_on": said.get("ended_on") or "", "cancelled_on": clock.today().isoformat()}


EXTRAS: dict[Paper, Callable[[Case, dict], dict[str, Any]]] = {
    Paper.ONE_TIME_NOTICE: _defect_facts,
    Paper.CORRECTION: _defect_facts,
    Paper.RETURN_NOTE: _defect_facts,
    Paper.NON_ACCEPTANCE: _reason,
    Paper.REFUSAL: _reason,
    Paper.TIME_EXTENSION: _extension,
    Paper.FILING_RECEIPT: _receipt,
    Paper.ACCEPTANCE: _accepted,
    Paper.CANCELLATION_PROOF: _cancelled,
}

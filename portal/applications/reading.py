"""The passport on the page whose fields it fills: its sheet, what it offers, where it differs from what was typed."""

from dataclasses import dataclass, field
from typing import Any

from flask_login import current_user

from portal.applications.attachments import material_sheet
from portal.inspected import words
from workflow import desk, passport_answers
from workflow.fields import Section
from workflow.models import Case
from workflow.services import service


@dataclass
class Passport:
    """`sheet` as on the page of attachments; `offered` field → value; `differs` field → sentence."""

    sheet: dict[str, Any]
    offered: dict[str, Any] = field(default_factory=dict)
    differs: dict[str, str] = field(default_factory=dict)


def on_page(case: Case, asked: Section) -> Passport | None:
    """For the page of basic information of a filing that asks for the passport; None for every other page."""
    needed = service(case.service).needed(passport_answers.KIND)
    if needed is None or asked.code != passport_answers.SECTION or not desk.may_edit(case, current_user, f"material:{passport_answers.KIND}"):
        return None
    differs = {f.target.partition(".")[2]: words(f) for f in passport_answers.differences(case)}
    return Passport(material_sheet(case, needed, back=asked.code), passport_answers.offered(case, asked), differs)


def filled(passport: Passport | None, asked: Section, held: Any) -> Any:
    """What stands in the fields: what was typed or stored; the passport's reading only where there is nothing."""
    if passport is None or asked.code != passport_answers.SECTION or not isinstance(held, dict):
        return held
    return {**held, **{code: value for code, value in passport.offered.items() if held.get(code) in (None, "")}}

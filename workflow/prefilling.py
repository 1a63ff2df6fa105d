"""A filing about a permit begins filled: from the earlier case's answers, put right by what person and permit say today."""

from datetime import timedelta
from typing import Any

from workflow import clock
from workflow.models import Permit
from workflow.services import Effect, Service

PERSON = ("surname", "given_names", "chinese_name", "sex", "nationality", "passport_no")


def answers_for(row: Service, permit: Permit | None) -> dict[str, Any]:
    """The answers of a fresh draft: the row's defaults, and what its `prefill` names."""
    answers: dict[str, Any] = {}
    for section, field, value in row.defaults:
        answers.setdefault(section, {})[field] = value
    if permit is None:
        return answers
    old = permit.case.answers
    for code in row.prefill:
        held = old.get(code)
        answers[code] = [dict(line) for line in held] if isinstance(held, list) else dict(held or {})
    _today(answers, row, permit)
    return answers


def _today(answers: dict[str, Any], row: Service, permit: Permit) -> None:
    person = permit.person
    if "basic" in row.prefill:
        answers["basic"] |= {name: getattr(person, name) for name in PERSON} | {"birth_date": person.birth_date.isoformat()}
        answers["basic"] |= {k: v for k, v in {"email": person.email, "mobile": person.mobile, "language": person.locale}.items() if v}
    if "class_ground" in row.prefill:
        answers["class_ground"]["class"] = permit.permit_class
    if "application" in row.prefill:
        answers["application"] |= {"position": permit.position, "position_en": permit.position_en, "contract_from": permit.valid_from.isoformat(), "contract_to": permit.valid_to.isoformat()}
    if row.section("card"):
        answers["card"] = {"card_number": permit.physical_card_number, "permit_number": person.permit_number}
    if row.effect is Effect.EXTEND:
        answers["application"] |= {"contract_from": (permit.valid_to + timedelta(days=1)).isoformat(), "contract_to": ""}
        here = {"start": permit.valid_from.isoformat()[:7], "end": clock.today().isoformat()[:7], "organisation": permit.employer.name[:150], "position": permit.position, "country": "CHN"}
        if permit.valid_from <= clock.today():
            answers["work"] = [*_until(answers.get("work") or [], here["start"]), here]


def _until(work: list[dict[str, Any]], start: str) -> list[dict[str, Any]]:
    """The history before the present employment: a row that ran on past its beginning ends with it."""
    return [line | {"end": min(str(line.get("end") or start), start)} for line in work if str(line.get("start") or "") <= start]

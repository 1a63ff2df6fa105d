"""How long a contract runs is measured against the class of its own case, as the authority's profile gives it, and again when either was corrected."""

from datetime import date

import sqlalchemy as sa
from flask import Flask

from tests.factories import draft_case, person
from workflow import desk, remarks
from workflow.models import Case, CaseFinding, CaseMaterial, db, writing
from workflow.profiles import Profile

FOUR_YEARS = {"contract_from": "2027-01-01", "contract_to": "2030-12-31"}


def reading(case: Case, fields: dict[str, str]) -> Case:
    """The case as it is once its contract was read so."""
    with writing() as session:
        session.execute(sa.update(CaseMaterial).where(CaseMaterial.case_id == case.id, CaseMaterial.kind == "contract").values(look={"fields": fields}))
    return db.session.get_one(Case, case.id)


def of_class(case: Case, letter: str) -> Case:
    with writing() as session:
        session.get_one(Case, case.id).permit_class = letter
    return db.session.get_one(Case, case.id)


def told(case: Case) -> list[tuple[str, str]]:
    return [(f.measured, f.limit) for f in remarks.term(case)]


def test_the_term_is_measured_against_the_class_of_the_case(app: Flask) -> None:
    case = reading(draft_case(), FOUR_YEARS)
    assert {letter: told(of_class(case, letter)) for letter in ("A", "B", "C", "")} == {"A": [], "B": [("48", "24")], "C": [("48", "12")], "": []}


def test_an_authority_may_give_shorter_permits(app: Flask) -> None:
    case = of_class(reading(draft_case(), FOUR_YEARS), "A")
    with writing() as session:
        row = session.get_one(Case, case.id).profile_row
        row.data = {**row.profile.to_json(), "permit_months": {"A": 36}}
    assert told(db.session.get_one(Case, case.id)) == [("48", "36")]
    assert Profile.from_json({"permit_months": {"A": 36}}).permit_months == {"A": 36, "B": 24, "C": 12}


def test_what_was_not_read_is_taken_as_typed(app: Flask) -> None:
    case = of_class(draft_case(), "C")
    asked = case.answers["application"]
    assert told(of_class(reading(case, {}), "C")) == [(str(months_of(asked)), "12")]


def months_of(asked: dict[str, str]) -> int:
    start, end = date.fromisoformat(asked["contract_from"]), date.fromisoformat(asked["contract_to"])
    return (end.year - start.year) * 12 + end.month - start.month + (end.day >= start.day)


def test_the_officer_reads_it_beside_the_answers_and_a_corrected_contract_takes_it_away(app: Flask) -> None:
    case = reading(draft_case(), FOUR_YEARS)
    assert case.permit_class == "B"
    desk.act(case.id, "submit", by=person("lin"), seen=None)
    assert noted(case) == [("answers:application.contract_to", "48", "24")]
    with writing():
        remarks.renew_term(db.session.get_one(Case, case.id))
    assert noted(case) == [("answers:application.contract_to", "48", "24")], "said twice"
    case = reading(case, {"contract_from": "2027-01-01", "contract_to": "2027-12-31"})
    with writing():
        remarks.renew_term(db.session.get_one(Case, case.id))
    assert noted(case) == []


def noted(case: Case) -> list[tuple[str, str, str]]:
    rows = db.session.execute(sa.select(CaseFinding.target, CaseFinding.measured, CaseFinding.limit).where(CaseFinding.case_id == case.id, CaseFinding.code == "term_long"))
    return [tuple(row) for row in rows]  # type: ignore[misc]

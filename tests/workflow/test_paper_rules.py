"""Authentication and translation of foreign papers, as the handler says them beside the upload."""

from dataclasses import dataclass
from datetime import date

import pytest

from workflow import paper_rules
from workflow.materials import MATERIALS
from workflow.paper_rules import AUTHENTICATIONS, TRANSLATIONS, problems, unsaid

TODAY = date(2026, 11, 22)


@dataclass
class Paper:
    kind: str = "degree"
    authentication: str = ""
    translation: str = ""
    committed: bool = False
    issued_on: date | None = None


def told(paper, today=TODAY):
    return [p.msgid % dict(p.values) for p in problems([paper], today)]


@pytest.mark.parametrize("said", [code for code in AUTHENTICATIONS if code != "none"])
def test_every_lawful_way_of_authenticating_a_degree_passes(said):
    assert told(Paper(authentication=said)) == []


@pytest.mark.parametrize(
    ("paper", "word"),
    [
        (Paper(authentication="none"), "must be authenticated"),
        (Paper("no_crime", authentication="credential"), "degrees only"),
        (Paper(authentication="rubbish"), "from the list"),
        (Paper(authentication="chinese", translation="attached"), "whichever is wrong"),
        (Paper(translation="none"), "employer's seal"),
        (Paper("experience", translation="rubbish"), "from the list"),
    ],
)
def test_what_cannot_be_filed_is_named_with_the_way_out(paper, word):
    (sentence,) = told(paper)
    assert word in sentence


def test_what_was_not_said_blocks_nothing_and_is_known():
    papers = [Paper(), Paper("experience", translation="attached"), Paper("contract"), Paper("no_crime", committed=True)]
    assert problems(papers, TODAY) == []
    assert unsaid(papers) == ["degree"]


def test_materials_that_do_not_ask_are_left_alone():
    assert told(Paper("family_proof", authentication="none", translation="attached")) == []  # no authentication needed for family proofs
    assert told(Paper("contract", authentication="none", translation="none")) == []
    assert told(Paper(authentication="none", translation="none", committed=True)) == []


def test_apostilles_count_from_the_day_the_convention_is_in_force():
    assert "2023-11-07" in told(Paper(authentication="apostille"), date(2023, 11, 6))[0]
    assert told(Paper(authentication="apostille"), paper_rules.APOSTILLE_FROM) == []


def test_the_table_asks_for_what_the_rules_say():
    assert {m.code for m in MATERIALS.values() if m.authenticated} == {"degree", "no_crime"}
    assert set(TRANSLATIONS) == {"attached", "chinese", "none"}

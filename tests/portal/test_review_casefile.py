"""`flask casefile verify` names every file that was changed behind the house's back."""

import pytest
import sqlalchemy as sa

from tests.factories import accepted_case, granted_case
from workflow import counter, ledger
from workflow.application import State
from workflow.models import Case, Event, db, writing


def line(case, nth: int) -> int:
    """The id of the nth line of the case's own file, from the end where negative."""
    ids = list(db.session.scalars(sa.select(Event.id).where(Event.subject == "case", Event.subject_id == case.id).order_by(Event.seq)))
    return ids[nth]


def change_text(case):
    return [sa.update(Event).where(Event.id == line(case, 3)).values(actor_name="别人")]


def change_facts(case):
    return [sa.update(Event).where(Event.id == line(case, -1)).values(facts={"papers": []})]


def delete_one(case):
    return [sa.delete(Event).where(Event.id == line(case, 4))]


def reorder(case):
    first, second = line(case, 2), line(case, 3)
    seq = sa.update(Event)
    return [seq.where(Event.id == first).values(seq=9999), seq.where(Event.id == second).values(seq=3), seq.where(Event.id == first).values(seq=4)]


def truncate(case):
    return [sa.delete(Event).where(Event.id == line(case, -1))]


def wipe(case):
    return [sa.delete(Event).where(Event.subject == "case", Event.subject_id == case.id)]


def shorten_the_head(case):
    return [sa.update(Case).where(Case.id == case.id).values(events_count=Case.events_count - 1)]


def wipe_without_a_trace(case):
    return [*wipe(case), sa.update(Case).where(Case.id == case.id).values(events_count=0, head="")]


def decide_by_hand(case):
    return [sa.update(Case).where(Case.id == case.id).values(state=State.NOT_ACCEPTED)]


def test_an_untouched_house_is_whole(app, who):
    case = granted_case()
    counter.open_counter(counter.residence_of(case).id, by=who("huang"))
    assert list(ledger.verify()) == []
    result = app.test_cli_runner().invoke(args=["casefile", "verify"])
    assert result.exit_code == 0
    assert "0 files" in result.output


@pytest.mark.parametrize("tamper", [change_text, change_facts, delete_one, reorder, truncate, wipe, wipe_without_a_trace, decide_by_hand, shorten_the_head])
def test_tampering_shows_and_names_the_case_alone(app, tamper):
    case, other = accepted_case(), accepted_case()
    statements = tamper(case)
    with writing() as session:
        for statement in statements:
            session.execute(statement)
    assert [(kind, key) for kind, key, _ in ledger.verify()] == [("case", case.id)]
    result = app.test_cli_runner().invoke(args=["casefile", "verify"])
    assert result.exit_code == 1
    assert f"case {case.id}:" in result.output
    assert f"case {other.id}:" not in result.output

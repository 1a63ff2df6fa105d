"""Both sides, and the entrant, are told of every step of a filing."""

import pytest
import sqlalchemy as sa

from tests import factories
from workflow import messages
from workflow.application import MOVES
from workflow.models import Message, db
from workflow.roles import Role

TRIGGERS = sorted({m.trigger for m in MOVES})
OF_THE_RUN = {"cutover_return", "cutover_undo_review", "cutover_undo_examination"}  # one message to the employer, written by the run itself
AT_THE_WINDOW = {"complete_paper"}  # told in the words of its service


@pytest.mark.parametrize("trigger", [t for t in TRIGGERS if t not in OF_THE_RUN | AT_THE_WINDOW])
def test_every_move_of_a_case_tells_employer_and_entrant(trigger):
    by_itself = {m.by for m in MOVES if m.trigger == trigger} == {(Role.HANDLER,)}
    assert trigger in (messages.BY_HANDLER if by_itself else messages.TO_EMPLOYER), f"{trigger}: write the sentence in workflow/messages.py"
    assert trigger in messages.TO_ENTRANT, f"{trigger}: the entrant is told too"


def test_on_the_way_to_a_grant_each_step_is_told_once_to_each(app):
    case = factories.granted_case()
    mine = sa.select(Message.msgid).where(Message.case_id == case.id)
    employer = [t for m in db.session.scalars(mine.where(Message.address == "").order_by(Message.id)) for t, s in messages.TO_EMPLOYER.items() if s == m]
    entrant = [t for m in db.session.scalars(mine.where(Message.address != "").order_by(Message.id)) for t, s in messages.TO_ENTRANT.items() if s == m]
    assert employer == ["pass_preliminary", "accept", "recommend", "grant"]
    assert entrant == ["submit", "pass_preliminary", "accept", "recommend", "grant"]


def test_a_joint_filing_is_called_in_and_not_told_twice(app):
    from tests.workflow.test_joint import called_in, said

    case = called_in()
    assert "Book an appointment" in said(case)
    assert "now in acceptance" not in said(case) + said(case, to_entrant=True)

"""Filing from overseas, page by page, without JavaScript."""

import pytest

from tests.portal.filing import case_of, fill_all, submit
from workflow import attaching
from workflow.application import State


@pytest.fixture(autouse=True)
def _drawn_faces_pass(monkeypatch):
    """The samples' face is drawn, and no portrait: its portrait is judged in the tests of the photo check."""
    monkeypatch.delitem(attaching.CHECKS, "photo")


def test_a_whole_filing_goes_from_the_door_to_the_receipt(sign_in):
    lin = sign_in("lin")
    case_id = fill_all(lin)
    assert lin.page.by_id("blocking") is None, lin.page.problems
    submit(lin, case_id)
    assert lin.page.path == f"/applications/{case_id}"
    case = case_of(case_id)
    assert case.state is State.PRELIMINARY_REVIEW
    assert case.applicant == "MORETTI GIULIA ANNA"
    assert [p.kind.value for p in case.papers] == ["filing_receipt"]
    assert case.due_on is not None

"""Signs that nobody types: NUL, which PostgreSQL refuses, and other controls, which no page may hold. They are left out of what was typed."""

import pytest
import sqlalchemy as sa

from tests.factories import filed_case
from workflow.models import Defect, User, db

ODD = "\0\x07\x1b\x9f\uffff"


@pytest.mark.both_databases
def test_a_search_with_signs_nobody_types_finds_what_is_left_of_it(sign_in, browser) -> None:
    case = filed_case()
    zhou = sign_in("zhou")
    assert case.number in zhou.get("/review/find?q=MORE%00T%07TI", expect=200).main
    zhou.get("/admin/employers?q=%00%1B", expect=200)
    browser.get("/help/?q=%00%EF%BF%BF", expect=200)
    browser.get("/look-up/%00", expect=404)


@pytest.mark.both_databases
def test_a_form_with_signs_nobody_types_is_taken_without_them(sign_in, browser) -> None:
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=basic&defect=answers:basic.surname")
    zhou.submit({"text": f"姓名{ODD}拼写有误\x0b请更正"}, form="/defects", expect=200)
    assert db.session.scalars(sa.select(Defect.text)).one() == "姓名拼写有误 请更正"
    browser.get("/sign-in")
    browser.submit({"email": f"zhou{ODD}@sz.example", "password": ODD + "x"}, expect=422)
    lin = sign_in("lin")
    lin.get("/employer")
    lin.submit({"name": f"新{ODD}同事", "email": "xin@yunling.example", "phone": "0755-26000019"}, form="/employer/handlers", expect=200)
    assert db.session.scalar(sa.select(User.name).where(User.email == "xin@yunling.example")) == "新同事"


def test_a_text_as_long_as_the_field_allows_is_kept_to_its_last_sign(sign_in) -> None:
    """A browser counts a line's end as one sign while one types and sends it as two."""
    case, zhou = filed_case(), sign_in("zhou")
    text = "\n".join(["缺少公证认证页，请补充。"] * 153)[:1999] + "。"
    zhou.get(f"/review/{case.id}?part=basic&defect=answers:basic.surname")
    zhou.submit({"text": text.replace("\n", "\r\n")}, form="/defects", expect=200)
    assert db.session.scalars(sa.select(Defect.text)).one() == text


def test_a_text_beyond_it_is_refused_and_not_cut(sign_in) -> None:
    case, zhou = filed_case(), sign_in("zhou")
    zhou.get(f"/review/{case.id}?part=basic&defect=answers:basic.surname")
    page = zhou.submit({"text": "缺" * 2001}, form="/defects", expect=422)
    assert "2001" in page.main
    assert "缺" * 2001 in page.html
    zhou.get(f"/review/{case.id}")
    assert "2001" in zhou.submit({"reason": "缺" * 2001}, form="/moves/decline", expect=422).main
    assert db.session.scalars(sa.select(Defect.text)).all() == []

"""外籍员工名册: what each permit is worth, filters, search, pages by key, and tables to take away that no spreadsheet runs."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from portal.roster import export, rows
from portal.roster.export import harmless
from tests.factories import granted_case
from workflow import clock
from workflow.card import social_security_number
from workflow.models import Card, Permit, Person, db, writing
from workflow.permit import PermitState


@pytest.fixture
def permit(app):
    return db.session.scalar(sa.select(Permit).where(Permit.case_id == granted_case().id))


def change(permit, **values):
    with writing() as session:
        session.execute(sa.update(Permit).where(Permit.id == permit.id).values(**values))


def many(permit, count):
    """More permits of the same employer, each of another person, all ending on one day."""
    with writing() as session:
        own = session.get_one(Permit, permit.id)
        from workflow.models import Case

        shape = {c.key: getattr(session.get_one(Case, own.case_id), c.key) for c in sa.inspect(Case).columns if c.key not in ("id", "number", "version")}
        for n in range(count):
            person = Person(permit_number=f"9{n:017d}", surname=f"ROSTER{n:03d}", given_names="TEST", sex="F", nationality="SWE", birth_date=own.person.birth_date, passport_no=f"RR{n:05d}")
            case = Case(number=f"ROSTER-{n}", **shape)
            session.add_all([person, case])
            session.flush()
            values = {c: getattr(own, c) for c in ("employer_id", "authority_id", "permit_class", "position", "place", "valid_from", "valid_to", "issued_on")}
            session.add(Permit(person_id=person.id, case_id=case.id, **values))


def test_a_permit_stands_with_its_person_number_period_and_notice(permit, sign_in):
    page = sign_in("lin").get("/roster/", expect=200)
    for said in (permit.person.name, permit.person.permit_number, permit.position, permit.valid_from.isoformat(), permit.valid_to.isoformat(), "未注册"):
        assert said in page.text, said
    assert permit.person.passport_no not in page.text


def test_another_employer_sees_nobody(permit, sign_in):
    browser = sign_in("fu")
    assert permit.person.surname not in browser.get("/roster/", expect=200).text
    assert permit.person.surname not in browser.get("/roster/staff.csv", expect=200).html
    assert permit.person.surname not in browser.get(f"/roster/?q={permit.person.surname}").main.replace(f"“{permit.person.surname}”", "")


def test_the_filters_show_what_they_say(permit, sign_in):
    browser, name, today = sign_in("lin"), permit.person.name, clock.today()
    here = lambda show: name in browser.get(f"/roster/?show={show}", expect=200).text  # noqa: E731
    assert [here(s) for s in ("current", "expiring", "ended", "uncarded")] == [True, False, False, True]
    change(permit, valid_from=today - timedelta(days=300), valid_to=today + timedelta(days=90))
    assert here("expiring")
    change(permit, valid_to=today + timedelta(days=91))
    assert not here("expiring")
    change(permit, valid_to=today - timedelta(days=1))
    assert [here(s) for s in ("current", "expiring", "ended", "uncarded")] == [False, False, True, False]
    change(permit, valid_to=today + timedelta(days=50), state=PermitState.CANCELLED)
    assert [here(s) for s in ("current", "ended")] == [False, True]


def test_a_registered_card_shows(permit, sign_in):
    with writing() as session:
        number = social_security_number(permit.person.nationality, permit.person.passport_no)
        session.add(Card(person_id=permit.person_id, password_hash="x", security_number=number, registered_at=clock.now()))
    browser = sign_in("lin")
    assert "已注册" in browser.get("/roster/").text
    assert permit.person.name not in browser.get("/roster/?show=uncarded").text


def test_search_by_name_and_by_number_takes_signs_as_they_are(permit, sign_in):
    browser, name = sign_in("lin"), permit.person.name
    assert name in browser.get(f"/roster/?q={permit.person.surname.lower()}").text
    assert name in browser.get(f"/roster/?q={permit.person.permit_number[:9]}").text
    for nothing in ("%25", "_", "'%20OR%201=1--", "%5C"):
        assert name not in browser.get(f"/roster/?q={nothing}", expect=200).text


def test_every_line_is_met_once_when_paging(permit, sign_in):
    many(permit, 45)
    browser, met, url = sign_in("lin"), [], "/roster/"
    for _ in range(6):
        page = browser.get(url, expect=200)
        met += [e.find("b").text for e in page.all("th") if e.get("scope") == "row" and e.find("b") is not None]
        later = [e.get("href") for e in page.all("a") if e.get("rel") == "next"]
        if not later:
            break
        url = later[0]
    assert len(met) == len(set(met)) == 46
    for odd in ("after=1.2", "after=0.2026-13-40.1", "before=x", "after=0.2026-01-01.99999999999"):
        browser.get(f"/roster/?{odd}", expect=200)


def test_the_tables_say_the_same_as_the_page(permit, sign_in):
    browser = sign_in("lin")
    table = list(csv.reader(io.StringIO(browser.get("/roster/staff.csv", expect=200).body.decode("utf-8-sig"))))
    sheet = load_workbook(io.BytesIO(browser.get("/roster/staff.xlsx", expect=200).body)).active
    assert [[c or "" for c in row] for row in sheet.iter_rows(values_only=True)] == table
    assert table[0][:3] == ["姓", "名", "中文姓名"]
    assert permit.person.permit_number in table[1]
    assert len(list(csv.reader(io.StringIO(browser.get("/roster/staff.csv?show=ended").body.decode("utf-8-sig"))))) == 1


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\tcmd", "\r=1", "\n=1", " =HYPERLINK(1)"])
def test_no_cell_begins_a_formula(permit, sign_in, evil):
    assert harmless(evil)[0] == "'"
    with writing() as session:
        session.execute(sa.update(Person).where(Person.id == permit.person_id).values(surname=evil, chinese_name=evil))
    browser = sign_in("lin")
    table = list(csv.reader(io.StringIO(browser.get("/roster/staff.csv", expect=200).body.decode("utf-8-sig"), newline="")))
    assert all(cell[:1] not in ("=", "+", "-", "@", "\t", "\r") for row in table for cell in row)
    sheet = load_workbook(io.BytesIO(browser.get("/roster/staff.xlsx", expect=200).body)).active
    assert all(cell.data_type != "f" and str(cell.value or "")[:1] not in ("=", "+", "-", "@") for row in sheet.iter_rows() for cell in row)


def test_what_no_spreadsheet_can_hold_is_left_out():
    assert harmless("A\x00B\x0bC") == "ABC"
    assert harmless(None) == ""
    assert len(export.HEADS) == 17


def test_a_thousand_lines_cost_a_few_statements(permit, app):
    many(permit, 30)
    sent = []
    permits = db.session.scalars(sa.select(Permit)).unique().all()
    sa.event.listen(db.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    assert len(rows.lines(permits)) == 31
    assert len(sent) <= 4


def test_the_figure_among_my_cases_leads_here(permit, sign_in):
    assert any(href.startswith("/roster/?show=expiring") for _, href in sign_in("lin").get("/applications/mine", expect=200).links)

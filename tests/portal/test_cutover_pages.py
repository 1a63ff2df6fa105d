"""The cutover as people see it: the authority's plan, progress and journal; the employer's case with the reason."""

import pytest
import sqlalchemy as sa

from tests.factories import person
from workflow import cutover, cutover_intake, cutover_samples, desk
from workflow.cutover_cohorts import counts
from workflow.models import Authority, Case, CutoverLine, Employer, Person, db, writing


@pytest.fixture
def old(app, tmp_path):
    made = cutover_samples.make(tmp_path / "old", 160, employers=4)
    for source in cutover_intake.in_order(list(made.values())):
        cutover_intake.bring(source)


@pytest.fixture
def run_id(old):
    found = cutover.begin()
    cutover.carry_on(found)
    return found


def own(division="440300"):
    return db.session.scalar(sa.select(Authority.id).where(Authority.division == division))


def test_the_admin_sees_the_plan_of_her_own_authority(sign_in, old):
    page = sign_in("admin").get("/admin/cutover", expect=200)
    text = page.text
    for number in counts(authority_id=own()).values():
        assert str(number["440300"]) in text
    assert "还没有执行过切换" in text


def test_the_members_of_a_cohort_are_paged_to_the_last_and_are_all_her_own(sign_in, old):
    admin = sign_in("admin")
    for code, expected in counts(authority_id=own()).items():
        numbers, address = set(), f"/admin/cutover/cohorts/{code}"
        for _ in range(9):
            page = admin.get(address, expect=200)
            numbers |= {n for n in known_numbers() if n in page.text}
            later = [a for _, a in page.links if "after=" in a]
            if not later:
                break
            address = later[-1]
        assert len(numbers) == expected["440300"], code


def known_numbers():
    return [*db.session.scalars(sa.select(Case.number).where(Case.origin == "legacy")), *db.session.scalars(sa.select(Person.permit_number))]


def test_the_journal_shows_before_and_after_of_her_own_cases_only(sign_in, run_id):
    admin = sign_in("admin")
    page = admin.get("/admin/cutover", expect=200)
    mine = db.session.scalars(sa.select(Case.number).join(CutoverLine, CutoverLine.case_id == Case.id).where(CutoverLine.authority_id == own())).all()
    others = db.session.scalars(sa.select(Case.number).join(CutoverLine, CutoverLine.case_id == Case.id).where(CutoverLine.authority_id != own())).all()
    assert f"{len(mine)} / {len(mine)}" in page.text
    journal = admin.get(f"/admin/cutover/runs/{run_id}", expect=200)
    later = [a for _, a in journal.links if "after=" in a]
    text = journal.text + (admin.get(later[-1], expect=200).text if later else "")
    assert others
    assert [n for n in mine if n not in text] == []
    assert [n for n in others if n in text] == []


def test_while_a_run_is_going_on_the_page_asks_for_its_progress_again(app, sign_in, old):
    run_id = cutover.begin()
    admin = sign_in("admin")
    assert 'hx-trigger="every 3s"' in admin.get("/admin/cutover", expect=200).html
    cutover.carry_on(run_id)
    assert 'hx-trigger="every 3s"' not in admin.get("/admin/cutover", expect=200).html


def test_what_was_acted_on_since_is_counted_as_left_after_an_undo(sign_in, run_id):
    case = db.session.scalar(sa.select(Case.id).join(CutoverLine, CutoverLine.case_id == Case.id).where(CutoverLine.authority_id == own()).limit(1))
    desk.claim(case, by=person("zhou"))
    cutover.undo(run_id)
    page = sign_in("admin").get("/admin/cutover", expect=200)
    assert "1 件保留" in page.text


@pytest.mark.parametrize("address", ["/admin/cutover", "/admin/cutover/cohorts/T3", "/admin/cutover/runs/1"])
@pytest.mark.parametrize("short", ["zhou", "lin", "huang"])
def test_nobody_else_sees_these_pages(sign_in, old, short, address):
    assert sign_in(short).get(address).status == 403


@pytest.mark.parametrize("address", ["/admin/cutover/cohorts/T9", "/admin/cutover/runs/77"])
def test_a_cohort_or_run_that_does_not_exist_is_not_found(sign_in, old, address):
    assert sign_in("admin").get(address).status == 404


def test_the_employer_finds_the_case_in_progress_with_the_reason_and_in_its_file(sign_in, run_id):
    lin = person("lin")
    key = db.session.scalar(sa.select(CutoverLine.case_id).where(CutoverLine.authority_id == own()).limit(1))
    number = db.session.scalar(sa.select(Case.number).where(Case.id == key))
    employer = lin.employer_id
    with writing() as session:
        session.execute(sa.update(Case).where(Case.id == key).values(employer_id=employer))
    browser = sign_in("lin")
    page = browser.get("/applications/mine", expect=200)
    assert number in page.text
    assert "已统一退回至境外申请外国人来华工作许可的预审环节" in page.text
    assert "已统一退回至境外申请外国人来华工作许可的预审环节" in browser.get(f"/applications/{key}", expect=200).text
    assert number in sign_in("zhou").get(f"/review/preliminary?q={number}", expect=200).text
    assert db.session.get(Employer, employer)


def test_a_case_that_nobody_returned_shows_no_such_reason(sign_in, old):
    key = db.session.scalar(sa.select(Case.id).where(Case.origin == "legacy", Case.state == "preliminary_review").limit(1))
    employer = person("lin").employer_id
    with writing() as session:
        session.execute(sa.update(Case).where(Case.id == key).values(employer_id=employer))
    assert "已统一退回" not in sign_in("lin").get("/applications/mine", expect=200).text

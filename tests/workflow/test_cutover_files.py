"""Taking over the old system's files: what is accepted, what is rejected with line, column and reason, and that nothing happens twice."""

import csv
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from tests.factories import granted_case
from workflow import clock, cutover_files, cutover_intake, cutover_samples, ledger
from workflow.application import State
from workflow.cutover_columns import KINDS
from workflow.engine import Refused
from workflow.models import Case, CutoverFile, CutoverRejection, Defect, Employer, Permit, Person, User, db
from workflow.permit import PermitState

CODE = "91440300MA5F0000X1"  # 云岭 of the demonstration
PERSON = {
    "credit_code": CODE, "surname": "MORETTI", "given_names": "GIULIA", "sex": "女", "birth_date": "1990/3/14", "nationality": "ita", "passport_no": "YB 0041728", "email": "giulia@mail.example",
    "class": "B", "position": "光学设计工程师", "work_division": "440305",
}  # fmt: skip
CASE = PERSON | {"case_number": "YW1", "what": "申领工作许可证", "stage": "审查", "submitted_at": "2024-11-05 09:30", "accepted_at": "2024-11-08", "contract_from": "2024-12-20", "contract_to": "2026-12-19"}
NOTICE = PERSON | {"case_number": "TZ1", "notice_number": "XKTZ1", "permit_number": "L4403001990", "valid_from": "2024-12-20", "valid_to": "2026-12-19", "issued_on": "2024-11-05"}
CARD = PERSON | {"case_number": "SL1", "card_number": "XKZ1", "permit_number": "L4403001990", "valid_from": "2024-01-08", "valid_to": "2026-01-07", "issued_on": "2024-01-02"}


@pytest.fixture
def bring(app, tmp_path):
    """bring("cases", row, row) writes a CSV and takes it over; the file's row comes back."""
    made = iter(range(1000))

    def write(kind, *rows, caption=False, encoding="utf-8", name=""):
        path = tmp_path / (name or f"{kind}-{next(made)}.csv")
        with path.open("w", encoding=encoding, newline="") as out:
            writer = csv.writer(out)
            writer.writerow([c.caption if caption else c.code for c in KINDS[kind]])
            writer.writerows([row.get(c.code, "") for c in KINDS[kind]] for row in rows)
        return cutover_intake.bring(cutover_files.look(path))

    return write


def told(file):
    return [(r.line, r.column) for r in cutover_intake.rejections(file.id)]


def case(number):
    return db.session.scalars(sa.select(Case).where(Case.legacy_number == number)).one()


def test_a_card_application_in_flight_is_taken_over_with_its_file_begun(bring):
    assert bring("cases", CASE).accepted == 1
    found = case("YW1")
    assert (found.state, found.origin, found.number, found.applicant) == (State.LEGACY_CARD_EXAMINATION, "legacy", "YW1", "MORETTI GIULIA")
    assert (found.nationality, found.passport_no, found.answers["basic"]["sex"], found.answers["basic"]["birth_date"]) == ("ITA", "YB0041728", "F", "1990-03-14")
    assert found.submitted_at == datetime(2024, 11, 5, 9, 30, tzinfo=clock.BEIJING)
    assert not found.handler.active
    assert found.events_count == 1
    assert not list(ledger.verify())


@pytest.mark.parametrize(
    ("stage", "state", "kind", "due"),
    [
        ("预审", State.PRELIMINARY_REVIEW, "preliminary", date(2024, 11, 15)), ("受理", State.ACCEPTANCE, "acceptance", date(2024, 11, 12)),
        ("审查", State.EXAMINATION, "decision", date(2024, 11, 19)), ("决定", State.DECISION, "decision", date(2024, 11, 19)),
    ],
)  # fmt: skip
def test_a_notification_application_goes_on_at_its_stage_under_its_clock(bring, stage, state, kind, due):
    """Shenzhen: five working days for preliminary review, two for acceptance, seven for the decision, counted from the day after."""
    bring("cases", CASE | {"what": "notification", "stage": stage, "stage_since": "2024-11-08", "accepted_at": "2024-11-08" if kind == "decision" else ""})
    assert (case("YW1").state, case("YW1").limit_kind, case("YW1").due_on) == (state, kind, due)


def test_a_case_that_is_back_with_its_employer_brings_what_was_told(bring):
    file = bring("cases", CASE | {"what": "notification", "stage": "补正", "defects": "material:degree=缺少认证页|answers:application.position=职位与合同不一致"}, CASE | {"case_number": "YW2", "what": "notification", "stage": "退回"})
    assert (file.accepted, told(file)) == (1, [(3, "defects")])
    assert {(d.target, d.state) for d in db.session.scalars(sa.select(Defect))} >= {("material:degree", "told"), ("answers:application.position", "told")}
    assert [d.target for d in case("YW1").unanswered_defects] == ["material:degree", "answers:application.position"]


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"passport_no": ""}, "passport_no"), ({"birth_date": "1990-02-30"}, "birth_date"), ({"nationality": "Italien"}, "nationality"), ({"surname": "莫雷蒂"}, "surname"), ({"stage": "制证"}, "stage"),
        ({"credit_code": "91440300MA5F9999X9"}, "credit_code"), ({"what": "延期"}, "what"), ({"submitted_at": "gestern"}, "submitted_at"), ({"submitted_at": "2999-01-01"}, "submitted_at"),
        ({"contract_to": "2024-12-19"}, "contract_to"), ({"work_division": "999999"}, "work_division"), ({"email": "keine-adresse"}, "email"), ({"case_number": "9" * 31}, "case_number"), ({"sex": "?"}, "sex"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_taken_over_is_named_by_line_and_column_and_its_neighbours_are_taken_over(bring, wrong, column):
    file = bring("cases", CASE | {"case_number": "A"}, CASE | {"case_number": "B"} | wrong, CASE | {"case_number": "C"})
    assert (file.accepted, file.rejected, told(file)) == (2, 1, [(3, column)])
    assert {c.legacy_number for c in db.session.scalars(sa.select(Case).where(Case.origin == "legacy"))} == {"A", "C"}


def test_everything_that_is_wrong_with_a_row_is_told_at_once(bring):
    assert told(bring("cases", CASE | {"passport_no": "", "sex": "", "class": "D"})) == [(2, "sex"), (2, "passport_no"), (2, "class")]


def test_the_report_names_file_line_column_and_reason_in_two_languages_and_no_cell_is_a_formula(bring, tmp_path):
    file = bring("cases", CASE | {"nationality": "x"}, CASE | {"credit_code": "=1+1"})
    with cutover_intake.report(file, tmp_path / "reports").open(encoding="utf-8-sig", newline="") as report:
        head, *lines = list(csv.reader(report))
    assert head == ["file", "line", "column", "reason_zh", "reason"]
    assert [(line[1], line[2]) for line in lines] == [("2", "nationality"), ("3", "credit_code")]
    assert "国籍" in lines[0][3]
    assert "=1+1" in lines[1][4]
    assert not [cell for line in lines for cell in line if cell.startswith("=")]


def test_the_same_file_again_changes_nothing(bring, tmp_path):
    first = bring("cases", CASE, CASE | {"case_number": "YW2", "sex": "?"}, name="cases.csv")
    counts = (first.position, first.accepted, first.known, first.rejected)
    again = cutover_intake.bring(cutover_files.look(tmp_path / "cases.csv"))
    assert (again.id, again.position, again.accepted, again.known, again.rejected) == (first.id, *counts)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CutoverFile)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CutoverRejection)) == 1


def test_rows_that_another_file_brought_are_known_and_changed_ones_are_refused(bring):
    bring("cases", CASE)
    file = bring("cases", CASE, CASE | {"case_number": "YW2"})
    assert (file.known, file.accepted, file.rejected) == (1, 1, 0)
    changed = bring("cases", CASE | {"position": "总监"})
    assert (changed.known, changed.accepted, told(changed)) == (0, 0, [(2, "case_number")])


def test_what_was_rejected_for_want_of_its_employer_comes_in_when_the_employer_is_there(bring, tmp_path):
    code = "91110105MC0000001Q"
    assert bring("cases", CASE, CASE | {"case_number": "YW2", "credit_code": code}, name="cases.csv").rejected == 1
    assert bring("employers", {"credit_code": code, "name": "北京样本有限公司", "division": "110105"}).accepted == 1
    again = cutover_intake.bring(cutover_files.look(tmp_path / "cases.csv"))
    assert (again.accepted, again.rejected, told(again)) == (2, 0, [])
    assert case("YW2").authority.division == "110000"


def test_a_notification_and_the_card_claimed_for_it_are_one_permit_in_whichever_order_they_come(bring):
    bring("notices", NOTICE)
    permit = db.session.scalars(sa.select(Permit).where(Permit.legacy_notice_number == "XKTZ1")).one()
    assert (permit.origin, permit.claimed, permit.physical_card_number, permit.state, permit.case.state) == ("legacy", False, "", PermitState.VALID, State.GRANTED)
    assert bring("cards", CARD | {"notice_number": "XKTZ1"}).accepted == 1
    db.session.expire_all()
    assert (permit.claimed, permit.physical_card_number, permit.valid_to) == (True, "XKZ1", date(2026, 1, 7))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Permit).where(Permit.origin == "legacy")) == 1
    assert bring("cards", CARD | {"notice_number": "XKTZ1"}, CARD | {"notice_number": "XKTZ1", "card_number": "XKZ2", "case_number": "SL2"}).known == 1
    assert not list(ledger.verify())


def test_a_card_that_came_first_keeps_its_notification_from_counting_as_unclaimed(bring):
    bring("cards", CARD | {"notice_number": "XKTZ1"})
    assert told(bring("notices", NOTICE)) == [(2, "notice_number")]


def test_of_several_permits_of_a_person_the_one_issued_last_is_in_force(bring):
    older, newer = CARD, CARD | {"case_number": "SL2", "card_number": "XKZ2", "issued_on": "2024-06-03", "valid_from": "2024-06-10", "valid_to": "2026-06-09"}
    oldest = CARD | {"case_number": "SL0", "card_number": "XKZ0", "issued_on": "2022-01-03", "valid_from": "2022-01-10", "valid_to": "2024-01-07"}
    bring("cards", older)
    bring("cards", newer, oldest)
    states = dict(db.session.execute(sa.select(Permit.physical_card_number, Permit.state).where(Permit.origin == "legacy")).all())
    assert states == {"XKZ0": PermitState.SUPERSEDED, "XKZ1": PermitState.SUPERSEDED, "XKZ2": PermitState.VALID}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Person).where(Person.passport_no == "YB0041728")) == 1


def test_a_card_of_the_old_system_does_not_replace_a_permit_granted_here(bring):
    granted = granted_case(passport_no="YB9941728")
    permit = db.session.scalars(sa.select(Permit).where(Permit.case_id == granted.id)).one()
    key, number = permit.id, permit.person.permit_number
    assert bring("cards", CARD | {"passport_no": "YB9941728", "permit_number": number}).accepted == 1
    assert db.session.get(Permit, key).state is PermitState.VALID


def test_a_permit_number_stays_with_its_person(bring):
    bring("cards", CARD)
    file = bring("cards", CARD | {"case_number": "SL2", "card_number": "XKZ2", "passport_no": "ZZ0000001"}, CARD | {"case_number": "SL3", "card_number": "XKZ3", "permit_number": "L9999999999"})
    assert told(file) == [(2, "permit_number"), (3, "permit_number")]


def test_chinese_headings_gb18030_and_semicolons_are_read(bring, tmp_path):
    assert bring("cases", CASE, caption=True, encoding="gb18030").accepted == 1
    path = tmp_path / "semicolons.csv"
    codes = [c.code for c in KINDS["cases"]]
    path.write_text(";".join(codes) + "\n" + ";".join((CASE | {"case_number": "YW2"}).get(c, "") for c in codes) + "\n", encoding="utf-8-sig")
    assert cutover_intake.bring(cutover_files.look(path)).accepted == 1


def test_a_workbook_is_read_with_its_dates_and_numbers_as_cells(app, tmp_path):
    book = Workbook()
    codes = [c.code for c in KINDS["cases"]]
    book.active.append(codes)
    typed = CASE | {"birth_date": datetime(1990, 3, 14), "submitted_at": datetime(2024, 11, 5, 9, 30), "contract_from": date(2024, 12, 20), "case_number": 202411054403, "work_division": 440305}
    book.active.append([typed.get(c) for c in codes])
    book.active.append([])
    book.active.append([(typed | {"case_number": 1, "sex": "?"}).get(c) for c in codes])
    book.save(tmp_path / "cases.xlsx")
    file = cutover_intake.bring(cutover_files.look(tmp_path / "cases.xlsx"))
    assert (file.accepted, told(file)) == (1, [(4, "sex")])
    assert case("202411054403").submitted_at == datetime(2024, 11, 5, 9, 30, tzinfo=clock.BEIJING)


def test_a_line_is_counted_as_the_file_counts_it_though_a_cell_runs_over_two(bring):
    file = bring("cases", CASE | {"defects": "first\nsecond", "what": "card"}, CASE | {"case_number": "YW2", "sex": "?"})
    assert told(file) == [(2, "defects"), (4, "sex")]


@pytest.mark.parametrize(("name", "data", "code"), [
    ("a.csv", b"Name,Datum\nx,y\n", "header"), ("b.xlsx", b"PK\x03\x04 no workbook", "sheet"), ("c.csv", b"\xff\xff\xff\xff\n\xff", "encoding"), ("d.csv", b"", "header"),
    ("e.csv", (",".join([c.code for c in KINDS["employers"]] + ["name"]) + "\n").encode(), "header"),
])  # fmt: skip
def test_a_file_that_is_none_of_the_four_kinds_is_refused_whole(app, tmp_path, name, data, code):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(Refused) as refusal:
        cutover_files.look(tmp_path / name)
    assert refusal.value.code == code


def test_a_row_with_too_many_cells_or_an_open_quotation_mark_does_not_take_its_neighbours_along(app, tmp_path):
    codes = [c.code for c in KINDS["employers"]]
    good = ["91440300MC0000009A", "样本一", "", "440300", "", "", ""]
    path = tmp_path / "employers.csv"
    path.write_text("\n".join([",".join(codes), ",".join(good) + ",extra", '"' + "x" * 140_000, ",".join(["91440300MC0000010B", *good[1:]])]) + "\n")
    file = cutover_intake.bring(cutover_files.look(path))
    assert (file.accepted, [line for line, _ in told(file)]) == (1, [2, 3])


def test_an_employer_on_file_is_known_by_name_and_refused_under_another(bring):
    name = db.session.scalar(sa.select(Employer.name).where(Employer.credit_code == CODE))
    file = bring("employers", {"credit_code": CODE, "name": name, "division": "440300"}, {"credit_code": CODE, "name": "别的公司", "division": "440300"}, {"credit_code": "SHORT", "name": "短", "division": "440300"}, {"credit_code": "91440300MC0000009A", "name": "远", "division": "650000"})
    assert (file.known, told(file)) == (1, [(3, "name"), (4, "credit_code"), (5, "division")])


def test_nobody_can_sign_in_as_the_old_system(bring):
    bring("cases", CASE)
    accounts = db.session.scalars(sa.select(User).where(User.email.like("old-%"))).all()
    assert accounts
    assert not [u for u in accounts if u.active or u.roles]


def test_the_generator_makes_the_same_files_of_one_seed_and_they_come_in_whole(app, tmp_path):
    one, two = cutover_samples.make(tmp_path / "one", 60), cutover_samples.make(tmp_path / "two", 60)
    assert [p.read_bytes() for p in one.values()] == [p.read_bytes() for p in two.values()]
    files = [cutover_intake.bring(source) for source in cutover_intake.in_order(list(cutover_samples.make(tmp_path / "x", 30, xlsx=True).values()))]
    assert [(f.kind, f.rejected) for f in files] == [("employers", 0), ("notices", 0), ("cards", 0), ("cases", 0)]
    assert [f.accepted for f in files] == [3, 15, 30, 30]


def test_a_small_batch_and_a_large_one_bring_the_same(app, tmp_path):
    made = cutover_samples.make(tmp_path / "old", 30, faulty=0.2)
    for source in cutover_intake.in_order(list(made.values())):
        cutover_intake.bring(source, batch=4)
    small = sorted(db.session.scalars(sa.select(Case.legacy_number).where(Case.origin == "legacy")))
    lost = db.session.scalar(sa.select(sa.func.sum(CutoverFile.rejected)))
    assert lost > 0
    assert len(small) == 15 + 30 + 30 - lost
    assert max(c.submitted_at for c in db.session.scalars(sa.select(Case).where(Case.origin == "legacy"))) < clock.now() + timedelta(days=1)


def test_two_processes_do_not_read_one_file_in_twice(app, tmp_path):
    source = cutover_files.look(cutover_samples.make(tmp_path / "old", 20)["employers"])
    file_id, position = cutover_intake._opened(source)
    rows = list(cutover_files.rows(source))
    cutover_intake._batch(file_id, position, source, rows[:2])
    with pytest.raises(Refused) as refusal:
        cutover_intake._batch(file_id, position, source, rows[:2])
    assert refusal.value.code == "elsewhere"
    assert db.session.get(CutoverFile, file_id).accepted == 2

"""A contract's text tells where its elements stand, in which language it is and how long it runs; what contradicts the form is said."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFont

from workflow.intake.cli import intake_cli
from workflow.intake.contract_pages import read_contract
from workflow.intake.contract_reading import SHARE, check_reading, read_texts, term_long
from workflow.profiles import PERMIT_MONTHS

FIRST = """聘 用 合 同
甲方：样张科技有限公司   乙方：ERIKSSON ANNA MARIA
一、合同期限：自2027年1月1日起至2028年12月31日止。
二、工作地点：广东省深圳市南山区。 三、职务：软件工程师。"""
SECOND = "四、工作内容：软件设计与开发。\n五、劳动报酬：月薪人民币30000元，每月10日支付。本合同经双方签字后生效。"
THIRD = "甲方（盖章）：            乙方（签名）：\n签订日期：2026年11月20日"
ENGLISH = "Employment contract between Sample Ltd and Anna Maria Eriksson. Place of work Shenzhen. Salary 30000 a month. " * 9
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


def codes(findings):
    assert all("%(" not in each.sentence() for each in findings)
    return [each.code for each in findings]


def test_every_element_is_found_on_its_page():
    seen = read_texts([FIRST, SECOND, THIRD])
    assert seen.elements == {"parties": 1, "period": 1, "place": 1, "position": 1, "duties": 2, "pay": 2, "signature_page": 3}
    assert (seen.start, seen.end, seen.chinese, seen.thin) == (date(2027, 1, 1), date(2028, 12, 31), True, False)
    assert codes(check_reading(seen, {})) == []
    assert seen.fields()["contract_pay_page"] == "2"
    assert seen.fields()["contract_from"] == "2027-01-01"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("自2026年3月1日至2028年2月29日", (date(2026, 3, 1), date(2028, 2, 29))),
        ("合同期限为 2 0 2 6 年 3 月 1 日 至 2 0 2 7 年 2 月 2 8 日", (date(2026, 3, 1), date(2027, 2, 28))),
        ("二〇二六年三月一日起至二〇二八年十二月二十八日止", (date(2026, 3, 1), date(2028, 12, 28))),
        ("2026-03-01 至 2027-02-28", (date(2026, 3, 1), date(2027, 2, 28))),
        ("2026.3.1—2027.2.28", (date(2026, 3, 1), date(2027, 2, 28))),
        ("签订日期：2026年3月1日。有效期自2026年4月1日起，至2027年3月31日", (date(2026, 4, 1), date(2027, 3, 31))),
        ("自2026年13月1日至2027年2月30日", (None, None)),
        ("自2027年3月1日至2026年3月1日", (None, None)),
        ("从签字之日起两年", (None, None)),
    ],
)
def test_the_period_is_read_as_contracts_write_it(text, days):
    seen = read_texts([text])
    assert (seen.start, seen.end) == days


def test_a_contract_in_another_language_is_held_and_one_in_two_is_not():
    foreign = read_texts([ENGLISH, ENGLISH])
    assert "language" in codes(check_reading(foreign, {}))
    both = read_texts([FIRST + ENGLISH[:500], SECOND + ENGLISH[:300], THIRD])
    assert both.share < SHARE
    assert "language" not in codes(check_reading(both, {}))


def test_what_contradicts_the_form_is_said_with_both_values():
    seen = read_texts([FIRST, SECOND, THIRD])
    (differs,) = check_reading(seen, {"contract_from": "2027-01-01", "contract_to": "2029-12-31"})
    assert (differs.code, differs.level, differs.measured, differs.limit) == ("dates_differ", "review", "2027-01-01 – 2028-12-31", "2027-01-01 – 2029-12-31")
    assert codes(check_reading(seen, {"contract_signature_page_page": "1"})) == ["element_not_seen"]
    assert codes(check_reading(read_texts([FIRST, THIRD]), {})) == ["element_unseen", "element_unseen"]


def test_a_term_beyond_what_a_permit_is_given_for_is_mentioned():
    seen = read_texts([FIRST, SECOND, THIRD])
    assert codes(check_reading(seen, {}, most_months=PERMIT_MONTHS["B"])) == []
    assert codes(check_reading(seen, {}, most_months=PERMIT_MONTHS["C"])) == ["term_long"]
    assert codes(check_reading(seen, {})) == [], "without a class nothing is said of the term"


@pytest.mark.parametrize(("start", "end", "months"), [("2027-01-01", "2028-12-31", 24), ("2027-01-15", "2029-01-14", 24), ("2027-01-15", "2029-01-15", 25), ("2028-02-29", "2030-02-27", 24)])
def test_both_days_of_a_term_count_and_a_month_begun_counts_whole(start, end, months):
    (told,) = term_long(date.fromisoformat(start), date.fromisoformat(end), 1)
    assert told.measured == str(months)
    assert term_long(date.fromisoformat(start), date.fromisoformat(end), months) == []


def drawn():
    if not FONT.exists():
        pytest.skip("Noto CJK is not installed")
    sheets = []
    for text in (FIRST, SECOND, THIRD):
        sheet = Image.new("RGB", (1240, 900), "white")
        ImageDraw.Draw(sheet).multiline_text((80, 80), text, fill="black", font=ImageFont.truetype(str(FONT), 34), spacing=24)
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150)
    return out.getvalue()


def written():
    weasyprint = pytest.importorskip("weasyprint")
    pages = "".join(f'<p style="break-after: page">{text}</p>' for text in (FIRST, SECOND, THIRD))
    return weasyprint.HTML(string=f"<html lang=zh style=\"font-family: 'Noto Sans CJK SC'\">{pages}</html>").write_pdf()


def test_a_pdf_with_text_is_read_in_the_sandbox(tmp_path):
    report = read_contract("合同.pdf", written())
    assert report.reading.elements["signature_page"] == 3
    assert (report.reading.start, report.not_run) == (date(2027, 1, 1), ())
    (tmp_path / "c.pdf").write_bytes(written())
    told = json.loads(CliRunner().invoke(intake_cli, ["contract", str(tmp_path / "c.pdf")]).stdout)
    assert (told["verdict"], told["elements"]["pay"], told["fields"]["contract_to"]) == ("accept", 2, "2028-12-31")


def test_a_scan_says_that_it_was_not_recognised_and_is_read_where_that_is_asked_for():
    report = read_contract("scan.pdf", drawn())
    assert (codes(report.findings), report.not_run) == (["no_text"], ("ocr",))
    pytest.importorskip("rapidocr", reason="the optional engine for text is not installed")
    report = read_contract("scan.pdf", drawn(), ocr=True)
    assert report.not_run == ()
    assert report.reading.elements == {"parties": 1, "period": 1, "place": 1, "position": 1, "duties": 2, "pay": 2, "signature_page": 3}
    assert (report.reading.start, report.reading.end) == (date(2027, 1, 1), date(2028, 12, 31))


def test_a_broken_contract_is_refused_as_any_upload():
    assert codes(read_contract("c.pdf", b"%PDF-1.7 broken").findings) == ["truncated"]

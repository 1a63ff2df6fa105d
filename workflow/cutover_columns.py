"""The files of the old system: four kinds, each a table with named columns (docs/cutover.md shows them). A heading is the code or the Chinese caption.

A cell is read by the same grammar as an answer of the form (workflow/fields.py), so it is refused with the same sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from workflow.application import State
from workflow.clock import BEIJING
from workflow.divisions import CHOICES
from workflow.engine import N_
from workflow.fields import Field, Problem, problem, read


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    caption: str
    example: str = ""

    @property
    def code(self) -> str:
        return self.field.code


NOTICE, CARD = "notice", "card"
WHAT = {"notification": NOTICE, "申请工作许可通知": NOTICE, "card": CARD, "申领工作许可证": CARD}
STAGES = {
    NOTICE: {"预审": State.PRELIMINARY_REVIEW, "退回": State.RETURNED, "受理": State.ACCEPTANCE, "补正": State.IN_CORRECTION, "审查": State.EXAMINATION, "退回补充": State.SENT_BACK, "决定": State.DECISION},
    CARD: {"预审": State.LEGACY_CARD_REVIEW, "受理": State.LEGACY_CARD_REVIEW, "审查": State.LEGACY_CARD_EXAMINATION, "决定": State.LEGACY_CARD_EXAMINATION},
}  # fmt: skip
YES = {"yes": "yes", "no": "no", "是": "yes", "否": "no", "y": "yes", "n": "no", "1": "yes", "0": "no"}
SEXES = {"男": "M", "女": "F", "M": "M", "F": "F", "X": "X"}


def _column(code: str, label: str, caption: str, kind: str = "text", required: bool = True, example: str = "", **more: Any) -> Column:
    return Column(Field(code, label, kind, required, **more), caption, example)


# fmt: off
_CODE = _column("credit_code", N_("Unified social credit code"), "统一社会信用代码", example="91440300MA5F0000X1", max_length=18)
_CASE = _column("case_number", N_("Case number of the old system"), "业务编号", example="202411054403000017", max_length=30)
_PERMIT = _column("permit_number", N_("Work permit number"), "工作许可号码", "permit", example="L4403001990", max_length=18)
_PERSON = (
    _column("surname", N_("Surname (as in the passport)"), "姓", "latin", example="MORETTI", max_length=80),
    _column("given_names", N_("Given names (as in the passport)"), "名", "latin", False, "GIULIA", max_length=120),
    _column("chinese_name", N_("Chinese name"), "中文姓名", required=False, max_length=30),
    _column("sex", N_("Sex"), "性别", "sex", example="F"),
    _column("birth_date", N_("Date of birth"), "出生日期", "date", example="1990-03-14"),
    _column("nationality", N_("Nationality"), "国籍", "country", example="ITA"),
    _column("passport_no", N_("Passport number"), "护照号码", "document", example="YB0041728", max_length=20),
    _column("email", N_("The applicant's own e-mail"), "本人邮箱", "email", False, "giulia@mail.example", max_length=120),
    _column("mobile", N_("The applicant's own mobile number"), "本人手机", "phone", False, "+39 320 555 0417", max_length=30),
)
_POST = (
    _column("class", N_("Class applied for"), "类别", "choice", example="B", choices=(("A", "A"), ("B", "B"), ("C", "C"))),
    _column("position", N_("Position (Chinese)"), "职务", example="光学设计工程师", max_length=80),
    _column("position_en", N_("Position (English)"), "职务（英文）", required=False, max_length=120),
    _column("work_division", N_("Place of work: city and district"), "工作地", "choice", example="440305", choices=CHOICES),
)
_NOTICE = _column("notice_number", N_("Number of the old notification"), "许可通知编号", required=False, example="TZ2024000017", max_length=40)
_FROM = _column("valid_from", N_("Permit valid from"), "有效期起", "date", example="2024-12-20")
_TO = _column("valid_to", N_("Permit valid to"), "有效期止", "date", example="2026-12-19")
_ISSUED = _column("issued_on", N_("Issued on"), "签发日期", "date", example="2024-11-05")

KINDS: dict[str, tuple[Column, ...]] = {
    "employers": (
        _CODE, _column("name", N_("Name of the employer"), "单位名称", example="深圳市云岭精密仪器有限公司", max_length=120),
        _column("name_en", N_("Name in English"), "单位英文名称", required=False, max_length=200),
        _column("division", N_("Division of the authority"), "审批机关行政区划", example="440300", max_length=6),
        _column("legal_representative", N_("Legal representative"), "法定代表人", required=False, max_length=80),
        _column("address", N_("Registered address"), "注册地址", required=False, max_length=200),
        _column("phone", N_("Telephone"), "联系电话", "phone", False, max_length=30),
    ),
    "notices": (
        _CASE, Column(Field("notice_number", N_("Number of the old notification"), required=True, max_length=40), "许可通知编号", "TZ2024000017"), _CODE, _PERMIT, *_PERSON, *_POST, _FROM, _TO, _ISSUED,
        _column("claimed", N_("Card claimed"), "是否已申领工作许可证", "yes", False, "no"),
    ),
    "cards": (_CASE, _column("card_number", N_("Number of the physical card"), "工作许可证卡号", example="K2023000017", max_length=40), _NOTICE, _CODE, _PERMIT, *_PERSON, *_POST, _FROM, _TO, _ISSUED),
    "cases": (
        _CASE, _column("what", N_("What is applied for"), "业务类型", "what", example="card"),
        _column("stage", N_("Stage"), "办理环节", "stage", example="审查"), _CODE, *_PERSON, *_POST,
        Column(Field("contract_from", N_("Contract starts on"), "date", True), "合同起始", "2024-12-20"), Column(Field("contract_to", N_("Contract ends on"), "date", True), "合同终止", "2026-12-19"),
        _column("submitted_at", N_("Filed on"), "提交时间", "moment", example="2024-11-05T09:30+08:00"),
        _column("accepted_at", N_("Accepted on"), "受理时间", "moment", False), _column("stage_since", N_("At this stage since"), "进入环节日期", "date", False),
        _NOTICE, _column("defects", N_("What the employer was told to correct"), "需补正内容", "longtext", False, "material:degree=缺少认证页", max_length=4000),
    ),
}
# fmt: on


def kind_of(headings: Mapping[str, int] | set[str]) -> str | None:
    """Which kind of file has these columns: the first all of whose required columns are there (cards have every column of notices, and their own)."""
    return next((kind for kind, columns in reversed(KINDS.items()) if all(c.code in headings for c in columns if c.field.required)), None)


def code_of(heading: str) -> str:
    """The code of a heading: itself, or that of the Chinese caption; "" for a column that nobody knows."""
    plain = heading.strip().lstrip("\ufeff")
    return next((c.code for columns in KINDS.values() for c in columns if plain in (c.code, c.caption)), "")


def values_of(kind: str, cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """A row as values: text, dates, moments; "" or None where nothing stands. And everything that is wrong with it."""
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    for column in KINDS[kind]:
        field, raw = column.field, cells.get(column.code, "").strip()
        if not raw:
            values[field.code] = None if field.kind in ("date", "moment") else ""
            if field.required:
                wrong.append(problem(field.code, N_("%(label)s is missing."), label=field.label))
            continue
        value, refused = _READERS.get(field.kind, _as_form)(field, raw)
        values[field.code] = value
        if refused:
            wrong.append(problem(field.code, refused[0], label=field.label, **refused[1]))
    return values, wrong


def _as_form(field: Field, raw: str) -> tuple[Any, Any]:
    return read(field, raw)


def _date(field: Field, raw: str) -> tuple[Any, Any]:
    text, refused = read(field, raw[:10] if len(raw) > 10 and raw[10] in " T" else raw)
    return (None, refused) if refused else (date.fromisoformat(text), None)


def _moment(field: Field, raw: str) -> tuple[Any, Any]:
    """ISO 8601; without a zone it is Beijing's, without a time midnight there."""
    try:
        found = datetime.fromisoformat(raw.replace("/", "-"))
    except ValueError:
        return None, (N_("%(label)s: “%(measured)s” is not a moment. Write for example 2024-11-05T09:30+08:00."), {"measured": raw[:40]})
    return (found if found.tzinfo else found.replace(tzinfo=BEIJING)), None


def _one_of(table: Mapping[str, str]) -> Any:
    def choose(field: Field, raw: str) -> tuple[Any, Any]:
        found = table.get(raw) or table.get(raw.lower())
        return found, None if found else (N_("%(label)s: “%(measured)s” is none of: %(limit)s."), {"measured": raw[:40], "limit": ", ".join(table)})

    return choose


def _permit(field: Field, raw: str) -> tuple[Any, Any]:
    code = raw.replace(" ", "").upper()
    if not (code.isascii() and code.isalnum() and 6 <= len(code) <= 18):
        return raw, (N_("%(label)s: “%(measured)s” cannot be a permit number. It has 6 to 18 letters and digits."), {"measured": raw[:40]})
    return code, None


def _stage(field: Field, raw: str) -> tuple[Any, Any]:
    """Kept as written; which stages there are depends on what is applied for."""
    return raw, None


_READERS = {"date": _date, "moment": _moment, "what": _one_of(WHAT), "yes": _one_of(YES), "sex": _one_of(SEXES), "permit": _permit, "stage": _stage}


def midnight(day: date) -> datetime:
    """The first moment of a day in Beijing."""
    return datetime.combine(day, time(), BEIJING)

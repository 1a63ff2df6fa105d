"""Facts to a page of HTML: the papers' own Jinja environment, apart from the application's.

Sandboxed and autoescaping; a fact that is not there raises FactMissing with its name; control characters that
somebody pasted into a reason are dropped, since no face can draw them.
"""

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from .refs import pretty_ref

KINDS = {
    "notification": (
        "中华人民共和国外国人工作许可通知",
        "Notification Letter of Foreigner’s Work Permit in the People’s Republic of China",
    ),
    "short_notification": (
        "中华人民共和国外国人工作许可通知",
        "Notification Letter of Foreigner’s Work Permit in the People’s Republic of China",
    ),
    "registration_slip": ("电子证照注册凭证", "Registration Slip for the Electronic Work Permit"),
    "permit_proof": ("外国人来华工作许可信息证明", "Proof of Work Permit Information"),
    "cancellation_proof": ("外国人来华工作许可注销证明", "Proof for Cancellation of the Foreigner’s Work Permit"),
    "decision": ("准予行政许可决定书", "Decision on Granting Administrative License"),
    "one_time_notice": ("补正材料一次性告知书", "One-time Notice of Everything to Be Corrected"),
    "correction": ("补正告知书", "Notice of Supplement and Correction"),
    "acceptance": ("受理通知书", "Notice of Acceptance"),
    "non_acceptance": ("不予受理决定书", "Decision of Non-acceptance"),
    "return_note": ("审查退回通知书", "Note of Return from Examination"),
    "refusal": ("不予行政许可决定书", "Decision on Refusing Administrative License"),
    "time_extension": ("延长审查期限通知书", "Notice of Extension of Time"),
    "filing_receipt": ("申请材料接收凭证", "Receipt of Filing"),
    "originals_receipt": ("原件核验回执", "Receipt for Verified Originals"),
    "originals_non_acceptance": ("原件核验不予受理通知书", "Notice of Non-acceptance after Verification of Originals"),
    "residence_decision": ("准予工作类居留许可决定书", "Decision on Granting a Work-type Residence Permit"),
    "residence_refusal": ("不予工作类居留许可决定书", "Decision on Refusing a Work-type Residence Permit"),
}  # fmt: skip

_FOLDER = Path(__file__).resolve().parents[2] / "templates" / "papers"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_CHINA = dt.timezone(dt.timedelta(hours=8))
_NEVER_DRAWN = ("Cc", "Cs", "Cn", "Co")  # control, surrogate, unassigned, private use
_TITLES = {"M": ("先生", "Mr."), "F": ("女士", "Ms."), "X": ("先生/女士", "Mr./Ms.")}


class FactMissing(KeyError):
    """A paper's template asks for a fact that was not given; its only argument is the fact's name."""


class _Missing(StrictUndefined):
    def _fail_with_undefined_error(self, *_args: object, **_named: object) -> NoReturn:
        raise FactMissing(self._undefined_name)

    _say: Any = _fail_with_undefined_error
    __iter__ = __str__ = __len__ = __eq__ = __ne__ = __hash__ = __bool__ = __call__ = __getitem__ = _say

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise FactMissing(self._undefined_name)


def page(kind: str, facts: dict) -> str:
    """The paper as HTML. Raises ValueError for an unknown kind, FactMissing for a missing fact."""
    if kind not in KINDS:
        raise ValueError(f"no paper of kind {kind!r}")
    title_zh, title_en = KINDS[kind]
    return _pages.get_template(f"{kind}.html").render(facts, title_zh=title_zh, title_en=title_en)


def zh_date(text: str) -> str:
    """2026-12-08 → 2026 年 12 月 8 日"""
    day = _date(text)
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def en_date(text: str) -> str:
    """2026-12-08 → 8 December 2026"""
    day = _date(text)
    return f"{day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def zh_fill(text: str) -> Markup:
    """A date with its figures on lines, as on the official form."""
    day = _date(text)
    return Markup('<span class="date"><b class="fill">{}</b> 年 <b class="fill">{}</b> 月 <b class="fill">{}</b> 日</span>').format(
        day.year, day.month, day.day
    )


def zh_time(text: str) -> str:
    """2026-11-20T01:31:00+00:00 → 2026 年 11 月 20 日 9:31, in China. A time without an offset is taken as China's."""
    moment = _moment(text)
    return f"{zh_date(moment.date().isoformat())} {moment.hour}:{moment.minute:02d}"


def en_time(text: str) -> str:
    """2026-11-20T01:31:00+00:00 → 9:31 on 20 November 2026"""
    moment = _moment(text)
    return f"{moment.hour}:{moment.minute:02d} on {en_date(moment.date().isoformat())}"


def _date(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))  # str() lets a missing fact say its name


def _moment(text: object) -> dt.datetime:
    moment = dt.datetime.fromisoformat(str(text))
    return moment.astimezone(_CHINA) if moment.tzinfo else moment


def _printable(value: object) -> object:
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(sign for sign in value if sign in "\n\t" or unicodedata.category(sign) not in _NEVER_DRAWN)


def _environment() -> ImmutableSandboxedEnvironment:
    pages = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=_Missing, finalize=_printable,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip
    pages.filters |= {
        "zh_date": zh_date, "en_date": en_date, "zh_fill": zh_fill, "zh_time": zh_time, "en_time": en_time,
        "pretty_ref": lambda ref: pretty_ref(str(ref)), "titles": lambda sex: _TITLES[sex],
        "opening": lambda text: str(text)[:1].upper() + str(text)[1:],
    }  # fmt: skip
    return pages


_pages = _environment()

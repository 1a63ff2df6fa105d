"""How values look on a page: Jinja filters and globals for both doors' templates, registered by `register(app)`.

Only presentation lives here; every function takes plain values and answers text. Times are stored in UTC and shown in Shanghai time.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import pycountry
from babel import Locale
from flask import Flask
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape

from portal.looks import ask, state_look
from workflow import clock

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEKDAYS_ZH = "一二三四五六日"


def language() -> str:
    """The language of the page as BCP 47: zh-Hans unless the reader chose another."""
    locale = get_locale()
    if locale is None or locale.language == "zh":
        return "zh-Hans"
    return str(locale.language)


def direction() -> str:
    return "rtl" if language() in ("ar", "fa", "he", "ur") else "ltr"


def _chinese() -> bool:
    return language().startswith("zh")


def local(moment: datetime) -> datetime:
    """A moment in Shanghai; one without a zone is UTC, as the database keeps it."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(SHANGHAI)


def _as_date(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime | str | None, weekday: bool = True) -> str:
    """11月25日（周三） or 25 Nov (Wed); the year is named when it is not this one."""
    if not value:
        return "—"
    d = _as_date(value)
    other_year = d.year != clock.today().year
    if _chinese():
        text = (f"{d.year}年" if other_year else "") + f"{d.month}月{d.day}日"
        return text + (f"（周{WEEKDAYS_ZH[d.weekday()]}）" if weekday else "")
    text = f"{d.day} {d:%b}" + (f" {d.year}" if other_year else "")
    return text + (f" ({d:%a})" if weekday else "")


def full_date(value: date | datetime | str | None) -> str:
    """2026-11-25: exact, the same in every language."""
    return _as_date(value).isoformat() if value else "—"


def moment(value: datetime | None) -> str:
    """2026-11-24 09:12 in Shanghai."""
    return f"{local(value):%Y-%m-%d %H:%M}" if value else "—"


def iso(value: date | datetime | None) -> str:
    """For <time datetime>: with the zone for moments."""
    if value is None:
        return ""
    return local(value).isoformat(timespec="seconds") if isinstance(value, datetime) else value.isoformat()


def money(value: Decimal | int | str | None) -> str:
    """￥32,000 or ￥32,000.50; text that is no amount is given back as typed."""
    if value is None or value == "":
        return "—"
    try:
        amount = Decimal(str(value).replace(",", ""))
        return f"￥{amount:,.0f}" if amount == amount.to_integral() else f"￥{amount:,.2f}"
    except (InvalidOperation, ValueError):
        return str(value)


def number(value: int | float | None) -> str:
    return "—" if value is None else f"{value:,}"


def file_size(octets: int | None) -> str:
    """412 KB, 1.3 MB."""
    if octets is None:
        return "—"
    if octets < 1024:
        return gettext("%(num)s bytes", num=octets)
    return f"{octets / 1024:.0f} KB" if octets < 1024 * 1024 else f"{octets / 1024 / 1024:.1f} MB"


def mask_email(address: str | None) -> str:
    """g*****@****.example: the first letter and the last label stay."""
    if not address or "@" not in address:
        return "***"
    local_part, _, domain = address.partition("@")
    return f"{local_part[:1]}*****@****.{domain.rsplit('.', 1)[-1]}"


def mask_phone(number: str | None) -> str:
    """+39 *** *** 0417: the country code and the last four digits stay."""
    digits = re.sub(r"\D", "", number or "")
    if len(digits) < 7:
        return "****"
    found = re.match(r"\s*(\+\d{1,3})[\s-]", number or "")
    return f"{found.group(1) + ' ' if found else ''}*** *** {digits[-4:]}"


def mask_middle(value: str | None, head: int = 4, tail: int = 4) -> str:
    """8992**********4276: for permit and passport numbers."""
    text = value or ""
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:] if len(text) > head + tail else "*" * len(text)


def mask_name(value: str | None) -> str:
    """M****** G***** A***: first letters stay."""
    return " ".join(part[:1] + "*" * (len(part) - 1) for part in (value or "").split())


@lru_cache(maxsize=8)
def _country_names(tongue: str) -> dict[str, str]:
    names = Locale.parse("zh_Hans_CN" if tongue.startswith("zh") else tongue).territories
    return {c.alpha_3: str(names.get(c.alpha_2, c.name)) for c in pycountry.countries}


def country(code: str | None) -> str:
    """ITA → 意大利 or Italy; a code of no country is given back as it is."""
    return _country_names(language()).get(code or "", code or "—")


@lru_cache(maxsize=8)
def _country_choices(tongue: str) -> tuple[tuple[str, str], ...]:
    names = _country_names(tongue)
    english = _country_names("en")
    # Chinese names are followed by the code: typing "ita" or scanning the list both find the line
    pairs = ((code, f"{name}（{code}）" if tongue.startswith("zh") else name) for code, name in names.items())
    return tuple(sorted(pairs, key=lambda pair: english[pair[0]]))


def countries() -> tuple[tuple[str, str], ...]:
    """Pairs (alpha-3, name) for a select, in the order of the English names."""
    return _country_choices(language())


def pretty_ref(value: str | None) -> Markup:
    """A case number, permit number or typed code in the code face."""
    return Markup('<span class="code">%s</span>') % (value or "—")


def grouped(value: str | None, by: int = 4) -> str:
    """7K3M9QX2TD8 → 7K3M 9QX2 TD8."""
    text = re.sub(r"[\s-]", "", value or "")
    return " ".join(text[i : i + by] for i in range(0, len(text), by))


def pairs(choices: Iterable[Any] | None) -> list[tuple[Any, Any]]:
    """Choices as pairs: a plain string stands for both; a mapping gives its items."""
    if hasattr(choices, "items"):
        return list(choices.items())  # type: ignore[union-attr]
    return [(c, c) if isinstance(c, str) else (c[0], c[1]) for c in choices or ()]


def lines(text: str | None) -> Markup:
    """Typed text with its line ends kept."""
    return Markup("<br>").join(escape(line) for line in (text or "").splitlines())


def is_iso_date(value: object) -> bool:
    """Whether a date control would keep it: 2031-02-30 and 31/12/2031 are shown as typed instead."""
    try:
        return date.fromisoformat(str(value)).isoformat() == str(value)
    except ValueError:
        return False


FILTERS = (
    day,
    full_date,
    moment,
    iso,
    money,
    number,
    file_size,
    mask_email,
    mask_phone,
    mask_middle,
    mask_name,
    country,
    pretty_ref,
    grouped,
    pairs,
    lines,
)


def register(app: Flask) -> None:
    """Hand the filters, and the few functions the layouts and components call, to the templates of `app`."""
    for filter_ in FILTERS:
        app.jinja_env.filters[filter_.__name__] = filter_
    app.jinja_env.tests["iso_date"] = is_iso_date
    app.jinja_env.globals.update(html_lang=language, html_dir=direction, countries=countries, state_look=state_look, ask=ask)

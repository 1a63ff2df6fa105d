"""An answer made ready for a reader: in her language, with the figures that stand in settings and tables filled in."""

import re
from typing import Any, NamedTuple

from flask import current_app, url_for
from flask_babel import get_locale
from markupsafe import Markup, escape

from portal import sessions
from portal.accounts.views import signing  # through views, which opens that room's modules in their order
from portal.help import texts_en, texts_zh
from portal.help.entries import BY_SLUG, Entry
from portal.help.text import Points, Text
from workflow.clock import EXTENSION_DAYS
from workflow.materials import MATERIALS, MEGABYTE
from workflow.notice import VALID_MONTHS
from workflow.profiles import NATIONAL, SHENZHEN
from workflow.residence import DAYS_AFTER_ENTRY
from workflow.services import SERVICES, Service

_HAN = re.compile(r"[《“【（]?[\u3400-\u9fff][\u3400-\u9fff，、（）《》【】“”0-9]*")
TAGS = {str: "p", Points: "ul"}


class Said(NamedTuple):
    """A block of an answer: the tag it becomes (p, ul, ol) and its lines."""

    tag: str
    lines: list[Markup]


def language() -> str:
    """The help centre speaks two languages; readers of any other get English."""
    locale = get_locale()
    return "zh-Hans" if locale is None or locale.language == "zh" else "en"


def texts() -> dict[str, Text]:
    return texts_zh.TEXTS if language() == "zh-Hans" else texts_en.TEXTS


def phones() -> list[str]:
    return [p.strip() for p in re.split("[、,;，；]", current_app.config["PORTAL"].help_phones) if p.strip()]


def figures() -> dict[str, Any]:
    """What stands in {braces}. One place for each figure: here it is read from the table that rules it."""
    scan, national, shenzhen = MATERIALS["degree"], NATIONAL.limits, SHENZHEN.limits
    return {
        "window_zh": SHENZHEN.window_zh, "window_en": SHENZHEN.window_en, "window_phone": SHENZHEN.phone, "contract_days": NATIONAL.contract_start_days,
        "notice_months": VALID_MONTHS, "entry_days": DAYS_AFTER_ENTRY, "extension": EXTENSION_DAYS, "scan_mb": scan.max_bytes // MEGABYTE, "scan_pages": scan.max_pages,
        "employer": national["employer"].promised, "preliminary": national["preliminary"].promised, "decision": national["decision"].promised,
        "statutory": national["decision"].statutory, "sz_preliminary": shenzhen["preliminary"].promised, "sz_decision": shenzhen["decision"].promised,
        "idle": int(sessions.IDLE.total_seconds() // 60), "absolute": int(sessions.ABSOLUTE.total_seconds() // 3600), "tries": signing.ACCOUNT_TRIES, "rest": signing.MINUTES,
    }  # fmt: skip


def said(line: str) -> Markup:
    """A line with its figures; in English, what is Chinese is marked as Chinese, so that it is read aloud and drawn as such."""
    filled = line.format_map(figures())
    if language() != "en":
        return escape(filled)
    found, here = [], 0
    for run in _HAN.finditer(filled):
        found += [escape(filled[here : run.start()]), Markup('<span lang="zh-Hans">{}</span>').format(run.group())]
        here = run.end()
    return Markup("").join([*found, escape(filled[here:])])


def blocks(slug: str) -> list[Said]:
    return [Said(TAGS.get(type(b), "ol"), [said(line) for line in ([b] if isinstance(b, str) else b.lines)]) for b in texts()[slug].body]


def title(slug: str) -> Markup:
    """The entry's title in the reader's language. An unknown slug is a mistake in a template and raises KeyError."""
    return said(texts()[slug].title)


def address(slug: str) -> str:
    return url_for("help.entry", slug=BY_SLUG[slug].slug)


def service_of(entry: Entry) -> Service | None:
    """The service the entry speaks of, once it is on the menu."""
    return SERVICES.get(entry.service)


def service_address(service: Service) -> str:
    """Where a handler begins it: the page of the doors, told which entry of the menu is meant."""
    return url_for("applications.doors", menu=service.menu.replace("_", "-"))

"""Where a contract says what it must say: the eight elements by page, its language, its dates. Proposes, never decides.

Pure text in, values out, standard library only; the text comes from contract_pages.py. What is found fills the form for the handler to confirm; what contradicts the form is a finding
that holds the filing for the officer and refuses nothing: a text layer may be bad, a scan may be misread. Words: domain.md 1.6 f (elements), 聘用合同 as commonly drawn up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflow.intake.contract import ELEMENTS, page, tick
from workflow.intake.findings import N_, Finding, Rule, found

VERSION = "2026-11-22b"
# fmt: off
WORDS: dict[str, str] = {  # element → what stands where it is; spaces between characters are taken out before
    "parties":        r"甲\s*方|乙\s*方|用人单位|聘用单位|聘用方|受聘方|受聘人|雇主|雇员|派遣方|派遣单位",
    "place":          r"工作地点|工作地址|工作场所|工作所在地|履行地|派驻地",
    "duties":         r"工作内容|工作职责|岗位职责|工作任务|主要职责|职责范围",
    "pay":            r"劳动报酬|工资|薪酬|薪资|月薪|年薪|薪金|报酬|酬金",
    "period":         r"合同期限|聘用期限|聘期|合同期|任期|派遣期|期限[为自从]|有效期",
    "position":       r"职位|职务|岗位|工作岗位|担任",
    "signature_page": r"签字|签名|签章|盖章|公章|签署|签订日期",
}
RULES = {
    "language":         Rule("review", N_("The contract does not seem to be in Chinese: %(measured)s of its letters are Chinese, at least %(limit)s are expected. The Chinese text decides; add it. The officer will look.")),
    "element_not_seen": Rule("warn",   N_("“%(element)s” was not found on page %(measured)s; it seems to stand on page %(limit)s. Compare with the contract.")),
    "element_unseen":   Rule("warn",   N_("“%(element)s” was found nowhere in the text of the contract. Check that the contract says it.")),
    "dates_differ":     Rule("review", N_("The contract seems to run from %(measured)s, but %(limit)s was typed. Correct whichever is wrong: the dates cannot be changed after the grant.")),
    "term_long":        Rule("warn",   N_("The contract runs for %(measured)s months; a permit is given for %(limit)s months at most and is extended after that.")),
    "no_text":          Rule("warn",   N_("The contract is a picture without text, so that nothing could be located in it. Give the pages by hand.")),
}
# fmt: on
SHARE = 0.30  # of Chinese among Chinese and Latin letters: a contract in Chinese; below, in two languages, if enough elements are named in Chinese
LEAST_SHARE = 0.08  # an English letter for letter translation beside the Chinese leaves about 0.18
NAMED = 5  # elements named in Chinese that make a contract of two languages one in Chinese
THIN = 20  # letters a page: less is a scan
DIGITS = {each: str(at) for at, each in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0", "O": "0"}
NUMBER = "[0-9〇零○一二三四五六七八九十]"
DAY = rf"({NUMBER}{{4}})[年\-./]({NUMBER}{{1,3}})[月\-./]({NUMBER}{{1,3}})日?"
SPAN = re.compile(rf"{DAY}[^0-9〇一二三四五六七八九十]{{0,12}}[至到止\-—–~～][^0-9〇一二三四五六七八九十]{{0,6}}{DAY}")


@dataclass(frozen=True)
class Reading:
    """`elements` maps to the first page (from 1) on which an element stands; `share` of Chinese letters; `thin` when there is no text."""

    elements: dict[str, int] = field(default_factory=dict)
    share: float = 0.0
    chinese: bool = False
    start: date | None = None
    end: date | None = None
    pages: int = 0
    thin: bool = False

    def fields(self) -> dict[str, str]:
        """What the form may be filled with: answers of workflow/intake/contract.py."""
        said = {page(code): str(number) for code, number in self.elements.items()} | {tick(code): "yes" for code in self.elements}
        if self.chinese:
            said |= {tick("chinese"): "yes", page("chinese"): "1"}
        dates = {"contract_from": self.start, "contract_to": self.end}
        return said | {name: day.isoformat() for name, day in dates.items() if day}


def read_texts(texts: Sequence[str]) -> Reading:
    """Read the text of each page."""
    plain = [re.sub(r"(?<=[\u4e00-\u9fff〇0-9])\s+(?=[\u4e00-\u9fff〇0-9])", "", text) for text in texts]
    han, latin = (sum(len(re.findall(letters, text)) for text in plain) for letters in ("[\u4e00-\u9fff]", "[A-Za-zÀ-ÿА-я]"))
    share = han / (han + latin) if han + latin else 0.0
    elements = {}
    for code, words in WORDS.items():
        hits = [len(set(re.findall(words, text))) for text in plain]
        if code == "signature_page":  # spoken of early, done at the end: the last page with most of its words
            most = max(hits, default=0)
            where = max((at for at, count in enumerate(hits) if count == most and count), default=None)
        else:
            where = next((at for at, count in enumerate(hits) if count), None)
        if where is not None:
            elements[code] = where + 1
    start, end = _span("\n".join(plain))
    thin = han + latin < THIN * max(1, sum(1 for text in plain if text) or len(texts))
    chinese = share >= SHARE or (share >= LEAST_SHARE and len(elements) >= NAMED)
    return Reading(elements, round(share, 3), chinese and not thin, start, end, len(texts), thin)


def check_reading(reading: Reading, answers: Mapping[str, Any], *, most_months: int | None = None, target: str = "") -> list[Finding]:
    """What the reading says against the form. `answers` as in `contract.check_contract`; empty answers are not compared.

    `most_months`: for how long a permit of the person's class is given (workflow/profiles.py); None where the class is not known, as in the job that reads
    the file: a case's class may change after it, so the term is measured where it is shown (workflow/remarks.py).
    """
    if reading.thin:
        return [found(RULES, "no_text", 0, f"≥ {THIN}", target)]
    findings = []
    if not reading.chinese:
        findings.append(found(RULES, "language", f"{reading.share:.0%}", f"{SHARE:.0%}", tick("chinese")))
    for code, label in ELEMENTS:
        if code == "chinese":
            continue
        said, seen = str(answers.get(page(code)) or "").strip(), reading.elements.get(code)
        if seen is None:
            findings.append(found(RULES, "element_unseen", "", "", page(code), element=label))
        elif said and said != str(seen) and code == "signature_page":
            findings.append(found(RULES, "element_not_seen", said, seen, page(code), element=label))
    return findings + dates_differ(reading.fields(), answers) + term_long(reading.start, reading.end, most_months)


def term_long(start: date | None, end: date | None, most_months: int | None) -> list[Finding]:
    """A contract from `start` to `end`, both days included, that is longer than a permit is given for. A month begun counts whole."""
    if start is None or end is None or most_months is None or end < start:
        return []
    months = (end.year - start.year) * 12 + end.month - start.month + (end.day >= start.day)
    return [found(RULES, "term_long", months, most_months, "contract_to")] if months > most_months else []


def dates_differ(read: Mapping[str, Any], answers: Mapping[str, Any]) -> list[Finding]:
    """The days that were read (`Reading.fields`) against those typed; nothing where either is not known."""
    seen, typed = ([str(held.get(name) or "") for name in ("contract_from", "contract_to")] for held in (read, answers))
    if not all(seen) or not any(said and said != day for said, day in zip(typed, seen, strict=True)):
        return []
    return [found(RULES, "dates_differ", " – ".join(seen), " – ".join(each or "?" for each in typed), "contract_from")]


def _span(text: str) -> tuple[date | None, date | None]:
    """The first pair of days joined by “to” of which the second is later."""
    for hit in SPAN.finditer(text):
        start, end = _day(*hit.groups()[:3]), _day(*hit.groups()[3:])
        if start and end and start < end:
            return start, end
    return None, None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int("".join(DIGITS.get(each, each) for each in year)), _number(month), _number(day))
    except ValueError:
        return None


def _number(text: str) -> int:
    """Up to 99, in figures or as 二十八. Raises ValueError."""
    if text.isdigit() and text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    figures = {each: int(value) for each, value in DIGITS.items()}
    if not ten:
        return int("".join(DIGITS.get(each, each) for each in text))
    return (figures.get(tens, 0) if tens else 1) * 10 + (figures.get(ones, 0) if ones else 0)

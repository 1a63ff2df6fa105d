"""The work-permit page of the card, 工作许可信息查询页: captions of the official page in Chinese and English together, whatever the language around it."""

from typing import Any, NamedTuple

from markupsafe import Markup, escape

from workflow.card import CardState
from workflow.issuing import CLASSES, country_names
from workflow.models import Card, Permit

SEXES = {"F": ("女", "Female"), "M": ("男", "Male"), "X": ("未说明", "Unspecified")}


class Standing(NamedTuple):
    """A state as Chinese and English word, tone and icon."""

    zh: str
    en: str
    tone: str
    icon: str


# fmt: off
STANDINGS = {
    "valid":      Standing("有效", "Valid", "good", "circle-check"),
    "expiring":   Standing("有效，即将到期", "Valid, ends soon", "good", "clock"),
    "upcoming":   Standing("已准予，尚未开始", "Not begun yet", "moving", "calendar"),
    "lapsed":     Standing("已到期", "Ended", "rest", "history"),
    "cancelled":  Standing("已注销", "Cancelled", "stop", "ban"),
    "superseded": Standing("已被替换", "Replaced", "moving", "replace"),
    "locked":     Standing("已锁定", "Locked", "turn", "lock"),
    "closed":     Standing("已停用", "Closed", "stop", "ban"),
    "none":       Standing("无工作许可", "No work permit", "rest", "minus"),
}
ADVICE = {  # what the holder can do in a standing that shows nothing
    "lapsed": ("工作许可已到期。请与用人单位联系。", "The work permit has ended. Speak to your employer."),
    "cancelled": ("工作许可已注销，不能再亮证。如有疑问，请联系签发机关。", "The work permit was cancelled and cannot be shown. If in doubt, ask the authority."),
    "locked": ("卡已锁定，任何人不能亮证。本人锁定的，用密码解锁；窗口锁定的，请到窗口解锁。", "The card is locked; nobody can show it. What you locked, your password unlocks; what the window locked, the window."),
    "closed": ("此卡已停用。请到窗口办理。", "This card is closed. Please come to the window."),
    "none": ("此卡上没有工作许可。", "There is no work permit on this card."),
}
# fmt: on


def standing_of(card: Card, permit: Permit | None) -> str:
    """The card's own state where it is not active, otherwise that of its permit."""
    if card.state is not CardState.ACTIVE:
        return card.state.value
    return permit.standing() if permit else "none"


def both(zh: str, en: str) -> Markup:
    return Markup('{}<span class="en" lang="en">{}</span>').format(zh, en) if en and en != zh else escape(zh)


def rows(card: Card, permit: Permit) -> list[tuple[Markup, Any]]:
    """(caption, value) of every field of the page, in the official order."""
    person = permit.person
    nation, sex, kind = country_names(person.nationality), SEXES.get(person.sex, SEXES["X"]), CLASSES.get(permit.permit_class, ("", ""))
    name = Markup('<span lang="en">{}</span>{}').format(person.name, Markup("<br>{}").format(person.chinese_name) if person.chinese_name else "")
    return [
        (both("姓名", "Name"), name),
        (both("性别", "Sex"), Markup('{} <span lang="en">{}</span>').format(*sex)),
        (both("国籍", "Nationality"), Markup('{} <span lang="en">{}</span>').format(*nation)),
        (both("工作许可号码", "Work Permit No."), Markup('<span class="code">{}</span>').format(person.permit_number)),
        (both("类别", "Category"), both(f"{permit.permit_class} {kind[0]}", f"{permit.permit_class} {kind[1]}")),
        (both("用人单位", "Employer"), both(permit.employer.name, permit.employer.name_en)),
        (both("职位", "Position"), both(permit.position, permit.position_en)),
        (both("工作地点", "Place of work"), permit.place),
        (both("期限", "Period"), Markup('{} 至 <span lang="en">to</span> {}').format(permit.valid_from, permit.valid_to)),
        (both("签发日期", "Date of issue"), permit.issued_on.isoformat()),
        (both("签发机关", "Authority"), both(permit.authority.name, permit.authority.name_en[:1].upper() + permit.authority.name_en[1:])),
    ]


def earlier(permits: list[Permit]) -> list[tuple[str, str, Standing]]:
    """(period, employer, standing) of the permits before the one on the page."""
    return [(f"{p.valid_from} – {p.valid_to}", p.employer.name, STANDINGS[p.standing()]) for p in permits]

"""The languages of the lobby, and how a sentence is said in two of them at once.

Until a language is chosen, Chinese and English stand together; once one is chosen, Chinese stands small beside it.
"""

from typing import NamedTuple

from flask import Flask, current_app, g, request, session
from flask_babel import gettext, refresh
from markupsafe import Markup

from workflow import clock
from workflow.engine import N_
from workflow.i18n import CATALOGUES, DEFAULT, isolated, say

COOKIE = "tongue"


class Tongue(NamedTuple):
    """`locale` names the catalogue, `code` is BCP 47; `own` and `go_on` are said in the language itself."""

    locale: str
    code: str
    own: str
    go_on: str
    dir: str = "ltr"


TONGUES = (
    Tongue("zh_Hans_CN", "zh-Hans", "中文", "继续使用中文"),
    Tongue("en", "en", "English", "Continue in English"),
    Tongue("ja", "ja", "日本語", "日本語で続ける"),
    Tongue("ko", "ko", "한국어", "한국어로 계속"),
    Tongue("ru", "ru", "Русский", "Продолжить по-русски"),
    Tongue("fr", "fr", "Français", "Continuer en français"),
    Tongue("de", "de", "Deutsch", "Auf Deutsch fortfahren"),
    Tongue("es", "es", "Español", "Continuar en español"),
    Tongue("ar", "ar", "العربية", "المتابعة بالعربية", "rtl"),
    Tongue("vi", "vi", "Tiếng Việt", "Tiếp tục bằng tiếng Việt"),
)
BY_LOCALE = {tongue.locale: tongue for tongue in TONGUES}


def spoken() -> tuple[Tongue, ...]:
    """Those with a catalogue: a language that is not there is not offered. English is the message ids themselves."""
    held: tuple[Tongue, ...] | None = current_app.extensions.get("tongues")
    if held is None:
        held = tuple(t for t in TONGUES if t.locale in (DEFAULT, "en") or (CATALOGUES / t.locale / "kiosk.po").exists())
        current_app.extensions["tongues"] = held
    return held


def choose(visit_locale: str) -> None:
    """The language of this request: asked for now, of the visit, chosen earlier here, or of the portal's session."""
    known = {t.locale for t in spoken()}
    asked = request.args.get("lang", "") if request.method == "GET" else ""
    g.tongue_asked = asked if asked in known else ""
    wanted = (g.tongue_asked, visit_locale, request.cookies.get(COOKIE, ""), session.get("locale") or "")
    g.locale = next((each for each in wanted if each in known), DEFAULT)
    refresh()  # whoever spoke before this saw the portal's choice


def links() -> list[dict[str, object]]:
    """What the head of a page offers: this page in the other languages."""
    return [{"url": f"?lang={t.locale}", "label": t.own, "code": t.code, "dir": t.dir, "current": t.locale == g.get("locale"), "locale": t.locale, "go_on": t.go_on} for t in spoken()]


def also(msgid: str, **values: object) -> Markup:
    """The sentence in the second language of the page, marked as such: English beside Chinese, Chinese beside everything else."""
    second = BY_LOCALE["en"] if g.get("locale", DEFAULT) == DEFAULT else BY_LOCALE[DEFAULT]
    return Markup('<span class="also" lang="{}" dir="ltr">{}</span>').format(second.code, say(msgid, values, second.locale))


def two(msgid: str, **values: object) -> Markup:
    return Markup("{} {}").format(gettext(msgid) % isolated(values, g.get("locale", DEFAULT)) if values else gettext(msgid), also(msgid, **values))


def bind(app: Flask) -> None:
    app.jinja_env.globals |= {"N_": N_, "also": also, "two": two, "now": clock.now, "base_url": lambda: app.config["PORTAL"].base_url}
    app.jinja_env.filters |= {"second": lambda at: f"{at.astimezone(clock.BEIJING):%Y-%m-%d %H:%M:%S}", "second_only": lambda at: f"{at.astimezone(clock.BEIJING):%H:%M:%S}"}

"""Ten languages at the door: complete, each under its own name, the second language beside the first."""

import re
import unicodedata

import pytest

from kiosk.languages import TONGUES, spoken
from scripts import catalogue
from tests.kiosk.conftest import HOLDER, last_code
from workflow import i18n
from workflow.papers import KINDS

SCRIPTS = {"ja": "HIRAGANA", "ko": "HANGUL", "ru": "CYRILLIC", "ar": "ARABIC", "vi": "WITH", "zh_Hans_CN": "CJK"}
SAID_IN_THE_LOBBY = (
    "kiosk/", "templates/kiosk/", "workflow/holding.py", "workflow/showing.py", "workflow/codes.py", "workflow/tracking.py", "templates/layouts/kiosk.html", "templates/layouts/lobby.html", "templates/layouts/_goodbye.html",
)  # fmt: skip
OTHERS = [tongue for tongue in TONGUES if tongue.locale != "en"]


@pytest.fixture(scope="module")
def said():
    return {key: entry for key, entry in catalogue.extract(catalogue.ROOT).items() if any(place.startswith(SAID_IN_THE_LOBBY) for place, _ in entry.places)}


@pytest.mark.parametrize("tongue", OTHERS, ids=lambda t: t.locale)
def test_every_sentence_of_the_lobby_is_said_in_every_language(said, tongue):
    whole, quarrels = catalogue.merge(catalogue.ROOT, tongue.locale)
    assert quarrels == []
    assert [english for (_, english) in catalogue.lacking(said, whole)] == [], f"add the sentences to translations/{tongue.locale}/kiosk.po"
    papers = [kind.label for kind in KINDS.values() if whole.get(kind.label) is None]
    assert papers == []


@pytest.mark.parametrize("tongue", OTHERS, ids=lambda t: t.locale)
def test_the_sentences_are_in_that_language_and_not_left_in_english(said, tongue):
    words = i18n.catalogue(tongue.locale)
    same = [english for (context, english) in said if not context and len(english) > 14 and words.gettext(english) == english]
    assert same == []
    if script := SCRIPTS.get(tongue.locale):
        text = "".join(words.gettext(english) for (_, english) in said)
        names = "".join(unicodedata.name(sign, "") for sign in set(text))
        assert script in names


def test_ten_languages_are_offered_in_their_own_words(visitor, app):
    visitor.open("/kiosk")
    assert len(spoken()) == 10
    for tongue in TONGUES:
        assert f'lang="{tongue.code}"' in visitor.page
        assert tongue.own in visitor.page
        assert tongue.go_on in visitor.page


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda t: t.locale)
def test_the_chosen_language_is_kept_to_the_end_of_the_road_with_a_second_beside_it(visitor, notice, tongue):
    visitor.open(f"/v/{notice.ref}?lang={tongue.locale}")
    second = "en" if tongue.code == "zh-Hans" else "zh-Hans"
    for step in ("check", "identity", "code", "password"):
        assert re.search(rf'<html lang="{tongue.code}"( dir="rtl")?>', visitor.page), step
        assert ('dir="rtl"' in visitor.page.split("<head>")[0]) == (tongue.dir == "rtl")
        assert f'class="also" lang="{second}"' in visitor.page
        if step == "check":
            visitor.open(f"/register/{notice.ref}")
        elif step == "identity":
            visitor.send(f"/register/{notice.ref}", **HOLDER)
        elif step == "code":
            visitor.send("/register/code", code=last_code())
    assert visitor.path == "/register/password"


def test_an_unknown_language_changes_nothing(visitor, notice):
    visitor.open(f"/v/{notice.ref}?lang=xx")
    assert '<html lang="zh-Hans"' in visitor.page


def test_the_message_with_the_code_is_in_the_language_of_the_visit(visitor, notice):
    import sqlalchemy as sa

    from workflow.models import Message, db

    visitor.open(f"/v/{notice.ref}?lang=vi").open(f"/register/{notice.ref}").send(f"/register/{notice.ref}", **HOLDER)
    row = db.session.scalars(sa.select(Message).where(Message.msgid.startswith("Your code is"))).first()
    assert row.locale == "vi"
    assert i18n.say(row.msgid, row.values, row.locale).startswith("Mã của bạn là")

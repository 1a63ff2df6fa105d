"""The help centre answers every question of both published documents, in two languages, to anybody."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask

from portal.help import reading, search, texts_en, texts_zh
from portal.help.entries import BY_SLUG, ENTRIES, PLACES, TOPICS
from portal.help.text import Block
from tests.driving import Browser
from workflow.models import WebSession, db
from workflow.profiles import SHENZHEN
from workflow.services import SERVICES

# Transcribed by hand: chapter and number in the manual of November 2024 (000), number in the Shenzhen questions (002).
QUESTIONS = [f"000:{n}" for n in ("2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4")] + [f"002:{n}" for n in range(1, 20)]
TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KNOWN_SERVICES = {"new_overseas", "new_domestic", "short_term", "extension", "amendment", "cancellation", "reissue_electronic", "reissue_notification"}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_published_question_has_an_answer(question: str) -> None:
    assert [e.slug for e in ENTRIES if question in e.answers], f"{question}: write an entry in portal/help/entries.py"


def test_no_entry_answers_a_question_that_nobody_asked() -> None:
    assert {q for e in ENTRIES for q in e.answers} == set(QUESTIONS)


def shape(block: Block) -> tuple[type, int]:
    return type(block), 1 if isinstance(block, str) else len(block.lines)


def test_each_entry_is_written_in_both_languages_and_neither_is_the_other() -> None:
    assert list(texts_zh.TEXTS) == list(texts_en.TEXTS) == [e.slug for e in ENTRIES]
    for slug in BY_SLUG:
        zh, en = texts_zh.TEXTS[slug], texts_en.TEXTS[slug]
        assert re.search(r"[\u4e00-\u9fff]{4}", zh.title + zh.short), f"{slug}: the Chinese answer is not Chinese"
        assert zh.short != en.short
        assert re.search(r"[a-z]{3} [a-z]{2}", en.short), f"{slug}: the English answer is not English"
        assert re.search(r"[a-z]{3}", en.title), slug
        assert [shape(b) for b in zh.body] == [shape(b) for b in en.body], f"{slug}: the two languages say different things"


def test_related_entries_topics_and_places_exist() -> None:
    for e in ENTRIES:
        assert e.topic in TOPICS, e.slug
        assert e.related, e.slug
        assert set(e.related) <= set(BY_SLUG) - {e.slug}, e.slug
        assert not e.go or e.go in PLACES, e.slug
        assert not e.service or e.service in KNOWN_SERVICES, e.slug


def test_the_places_that_strangers_are_sent_to_are_open_to_them(app: Flask) -> None:
    assert {name: app.view_functions[name].access for name in PLACES if app.view_functions[name].access not in ("public", "stranger")} == {}


def test_every_link_into_the_help_centre_leads_to_an_entry() -> None:
    used = {(path.name, slug) for path in TEMPLATES.rglob("*.html") for slug in re.findall(r"""help_(?:link|address|title)\(["']([a-z-]+)["']""", path.read_text("utf-8"))}
    assert used
    assert not {pair for pair in used if pair[1] not in BY_SLUG}


def test_every_entry_is_linked_from_a_screen_where_its_question_arises() -> None:
    said = " ".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.html") if path.parent.name != "help")
    assert [e.slug for e in ENTRIES if f'"{e.slug}"' not in said] == []


@pytest.mark.parametrize("locale", ["zh_Hans_CN", "en"])
def test_a_stranger_reads_every_answer_in_his_language(browser: Browser, locale: str) -> None:
    browser.get(f"/help/?lang={locale}", expect=200)
    texts = texts_zh.TEXTS if locale == "zh_Hans_CN" else texts_en.TEXTS
    for slug, text in texts.items():
        page = browser.get(f"/help/{slug}", expect=200)
        assert page.h1 == text.title, slug
        assert not re.search(r"[{}]|%\(", page.main), f"{slug}: a figure was not filled in"


def test_reading_makes_no_session(browser: Browser) -> None:
    for path in ("/help/", "/help/?q=photo", "/help/photo"):
        assert "set-cookie" not in browser.get(path, expect=200).headers
    assert not db.session.scalar(sa.select(sa.func.count()).select_from(WebSession))


def test_a_service_is_linked_when_it_is_on_the_menu_and_only_then(browser: Browser) -> None:
    for e in ENTRIES:
        page = browser.get(f"/help/{e.slug}", expect=200).body.decode()
        assert ('href="/applications/new' in page) is (e.service in SERVICES), e.slug


def test_an_officer_is_not_sent_to_a_form_that_only_handlers_may_open(sign_in) -> None:
    assert "/applications/new" not in sign_in("zhou").get("/help/overseas-road", expect=200).body.decode()
    assert "/applications/new" in sign_in("lin").get("/help/overseas-road", expect=200).body.decode()


def test_figures_come_from_the_tables_and_telephones_from_the_settings(app: Flask, browser: Browser) -> None:
    page = browser.get("/help/overseas-road").main
    for told in ("010-84233515", "010-84233569", SHENZHEN.phone, SHENZHEN.window_zh):
        assert told in page
    with app.test_request_context("/"):
        assert "90" in reading.said(texts_zh.TEXTS["contract-dates"].short)


def test_an_unknown_entry_is_not_found(browser: Browser) -> None:
    browser.get("/help/no-such-thing", expect=404)


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("合同日期可以改吗", "contract-dates"), ("照片", "photo"), ("换发电子证照在哪里点", "reissue-where"), ("未查询到信息", "code-not-found"), ("超龄", "over-age"),
        ("并联", "joint-processing"), ("旧卡", "old-card"), ("50号窗口", "originals"), ("photo", "photo"), ("social insurance", "social-insurance"),
        ("Where is my case?", "where-is-my-case"), ("PASSPORT renewal", "passport-and-extension"), ("notification cancel", "cancel-notification"), ("ＪＰＧ", "photo"),
    ],
)  # fmt: skip
def test_the_answer_stands_among_the_first_three_found(query: str, slug: str) -> None:
    assert slug in [e.slug for e in search.find(query)[:3]]


@pytest.mark.parametrize("query", ["", "   ", "zzzz", "的", "%_\\(", "(?", "龘龘龘", "a" * 5000])
def test_what_answers_nothing_finds_nothing(browser: Browser, query: str) -> None:
    assert search.find(query) == []
    browser.get(f"/help/?{urlencode({'q': query})}", expect=200)


def test_htmx_gets_the_list_alone_and_everybody_else_the_page(browser: Browser) -> None:
    address = f"/help/?{urlencode({'q': '照片'})}"
    page, part = browser.get(address, expect=200), browser.fragment(address, "entries")
    assert part.body.decode().lstrip().startswith('<div id="entries"')
    assert "<html" in page.body.decode()
    assert part.body.decode().strip() in page.body.decode()
    assert "HX-Request" in page.headers["vary"]


def test_a_query_is_text_and_never_markup(browser: Browser) -> None:
    page = browser.get("/help/?q=%3Cscript%3Ex", expect=200).body.decode()
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


def test_the_drawings_are_on_their_pages(browser: Browser) -> None:
    card = browser.get("/help/card-look", expect=200).body.decode()
    assert all(part in card for part in ("样张 SPECIMEN", 'viewBox="0 0 476 300"'))
    assert browser.get("/help/overseas-road", expect=200).body.decode().count('class="arrow"') == 10


def test_everybody_signed_in_finds_the_help_centre_in_the_menu(sign_in) -> None:
    for short in ("lin", "huang"):
        page = sign_in(short).get("/help/", expect=200)
        assert page.body.decode().count('href="/help/"') >= 2

"""What an entrant is told outside the portal: in the ten languages of the lobby, in the one that the filing names, each value readable where writing runs from the right."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa

from kiosk.languages import TONGUES
from scripts import catalogue
from workflow import i18n, jobs, mail, messages, reissuing, reminders
from workflow.models import Message, db
from workflow.questions import filing
from workflow.services import SERVICES

ROOT = Path(__file__).parents[2]
SAID = (
    *messages.TO_ENTRANT.values(), *(row.granted_says_entrant for row in SERVICES.values() if row.granted_says_entrant),
    messages.CODE, reissuing.TO_ENTRANT, reminders.ENDS_HOLDER, reminders.ENTRY_HOLDER, reminders.LATE_HOLDER, jobs.SUBJECT, jobs.FOLLOW, jobs.NO_REPLY,
)  # fmt: skip
# what a call of messages.send or messages.tell_holder may say to a person without an account; RESET and CHANGED of workflow/resets.py go to accounts of the portal, in the portal's two languages
KNOWN = {"to_entrant", "TO_ENTRANT", "messages.CODE", "messages.TO_ENTRANT", "ENDS_HOLDER", "ENTRY_HOLDER", "LATE_HOLDER", "RESET", "CHANGED", "msgid"}
OTHERS = [tongue.locale for tongue in TONGUES if tongue.locale != "en"]


@pytest.mark.parametrize("locale", OTHERS)
def test_every_message_to_an_entrant_is_said_in_every_language(locale):
    whole, _ = catalogue.merge(catalogue.ROOT, locale)
    assert [english for english in SAID if whole.get(english) is None] == [], f"add the sentences to translations/{locale}/messages.po"
    assert [english for english in SAID if whole.get(english).string == english] == []


def test_no_other_sentence_goes_to_a_person_outside():
    """Whoever sends something new adds its sentence to SAID above, and so to ten catalogues."""
    strange = set()
    for path in (ROOT / "workflow").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in ("send", "messages.send", "tell_holder", "messages.tell_holder") and len(call.args) > 2:
                said = call.args[1].value if isinstance(call.args[1], ast.Subscript) else call.args[1]
                if ast.unparse(said) not in KNOWN:
                    strange.add(f"{path.name}: {ast.unparse(call)}")
    assert strange == set()


def test_the_filing_offers_the_languages_of_the_lobby():
    assert dict(filing.TONGUES) == {tongue.locale: tongue.own for tongue in TONGUES}
    field = next(field for field in filing.BASIC.fields if field.code == "language")
    assert field.choices == filing.TONGUES


def test_an_entrant_is_told_in_the_language_that_the_filing_names(app, notice):
    case = notice.permit.case
    case.answers = {**case.answers, "basic": {**case.answers["basic"], "language": "ko"}}
    messages.after_move(case, "grant_residence")
    row = db.session.scalars(sa.select(Message).order_by(Message.id.desc()).where(Message.address != "").limit(1)).one()
    assert jobs.text_of(row).startswith(f"{case.number}: 거류허가가 났습니다.")


def test_numbers_and_dates_are_not_read_backwards_where_writing_runs_from_the_right():
    values = {"number": "440300-2026-000123", "day": "2027-01-15", "time": "09:30", "window_en": "Window 50", "window_zh": "50 号窗口"}
    said = i18n.say(messages.TO_ENTRANT["book"], values, "ar")
    for value in values.values():
        assert f"\u2068{value}\u2069" in said
    assert i18n.say(messages.CODE, {"code": "481516"}, "ar").count("\u2068") == 0  # digits alone run right, and are copied
    assert "\u2068" not in i18n.say(messages.TO_ENTRANT["book"], values, "vi")


def test_a_letter_from_the_right_says_so_itself():
    link = "http://portal.example/track/abc?x=1&y=2"
    text = f"{i18n.say(messages.TO_ENTRANT['accept'], {'number': '440300-2026-000123'}, 'ar')}\n\n{i18n.say(jobs.FOLLOW, {'link': link}, 'ar')}\n<b>"
    postman = mail.Mailer("127.0.0.1", 25, "portal@authority.example")
    letter = postman._letter("emma@mail.example", i18n.say(jobs.SUBJECT, {}, "ar"), text, "1", "ar")
    assert [part.get_content_type() for part in letter.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert letter["Content-Language"] == "ar"
    plain, page = (part.get_content() for part in letter.iter_parts())
    assert plain.replace("\r\n", "\n").strip() == text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<a dir="ltr" href="http://portal.example/track/abc?x=1&amp;y=2">' in page
    assert "<b>" not in page
    assert not postman._letter("emma@mail.example", "Hello", "text", "1", "en").is_multipart()

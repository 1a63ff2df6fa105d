"""The catalogue tool finds each way a translation can be wrong, on small trees of its own."""

import gettext
from pathlib import Path

import pytest

from scripts import catalogue

REPOSITORY = Path(__file__).resolve().parents[2]
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'


class House:
    """A small tree with a `kiosk/` and a `portal/`, whose code and pieces a test lays down."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "babel.cfg").write_text((REPOSITORY / "babel.cfg").read_text("utf-8"), "utf-8")

    def code(self, place: str, text: str) -> None:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def piece(self, name: str, *entries: tuple[str, str], locale: str = "zh_Hans_CN") -> None:
        rows = "".join(f'msgid "{english}"\nmsgstr "{other}"\n\n' for english, other in entries)
        self.code(f"translations/{locale}/{name}.po", HEADER + rows)

    def wrong(self) -> list[str]:
        return catalogue.check(self.root)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_sentence_without_chinese_is_named_with_its_place(house):
    house.code("portal/views.py", 'flash(_("Saved."))\n')
    assert house.wrong() == ["zh_Hans_CN: no translation of 'Saved.', said in portal/views.py:1"]


def test_a_complete_house_has_nothing_wrong(house):
    house.code("portal/views.py", 'flash(_("Saved."))\n')
    house.code("templates/portal/show.html", '<p>{{ _("Hello %(name)s", name=name) }}</p>')
    house.code("workflow/rules.py", 'REFUSAL = N_("Too " "late.")\n')
    house.piece("portal", ("Saved.", "已保存。"), ("Hello %(name)s", "%(name)s，您好"), ("Too late.", "已逾期。"))
    assert house.wrong() == []


def test_papers_and_tests_say_nothing_that_must_be_translated(house):
    house.code("templates/papers/notice.html", '{{ _("On paper") }}')
    house.code("tests/test_x.py", '_("In a test")')
    assert house.wrong() == []


def test_a_fuzzy_or_empty_translation_is_none(house):
    house.code("portal/views.py", '_("One"); _("Two")\n')
    house.code("translations/zh_Hans_CN/a.po", f'{HEADER}#, fuzzy\nmsgid "One"\nmsgstr "一"\n\nmsgid "Two"\nmsgstr ""\n')
    assert len(house.wrong()) == 2


def test_two_pieces_may_agree_but_not_quarrel(house):
    house.code("portal/views.py", '_("Save"); _("Case")\n')
    house.piece("a", ("Save", "保存"), ("Case", "案件"))
    house.piece("b", ("Save", "保存"), ("Case", "事项"))
    [quarrel] = house.wrong()
    assert "a.po says '案件' and b.po says '事项'" in quarrel


def test_a_lost_or_invented_placeholder_is_found(house):
    house.code("portal/views.py", '_("Until %(date)s", date=d); _("%(count)d files", count=n)\n')
    house.piece("a", ("Until %(date)s", "至 %(day)s"), ("%(count)d files", "文件"))
    assert [line.split(":")[1] for line in house.wrong()] == [" placeholders differ"] * 2


def test_a_bare_percent_sign_beside_a_placeholder_is_found(house):
    house.code("portal/views.py", '_("Share of %(name)s", name=n)\n')
    house.piece("a", ("Share of %(name)s", "%(name)s 占 5%"))
    [line] = house.wrong()
    assert "cannot be filled in" in line


def test_a_sentence_that_nothing_says_any_more_is_found(house):
    house.piece("a", ("Gone", "已去"))
    assert house.wrong() == ["zh_Hans_CN: nothing says 'Gone' any more: take it out of its piece"]


def test_one_english_word_can_have_two_chinese_ones_by_context(house):
    house.code("portal/views.py", 'pgettext("verb", "Open"); pgettext("state", "Open")\n')
    house.code(
        "translations/zh_Hans_CN/a.po",
        f'{HEADER}msgctxt "verb"\nmsgid "Open"\nmsgstr "打开"\n\nmsgctxt "state"\nmsgid "Open"\nmsgstr "办理中"\n',
    )
    assert house.wrong() == []


def test_a_plural_needs_one_chinese_form(house):
    house.code("portal/views.py", 'ngettext("%(num)d day", "%(num)d days", n)\n')
    assert len(house.wrong()) == 1
    house.code("translations/zh_Hans_CN/a.po", f'{HEADER}msgid "%(num)d day"\nmsgid_plural "%(num)d days"\nmsgstr[0] "%(num)d 天"\n')
    assert house.wrong() == []


def test_a_language_of_the_lobby_answers_for_the_lobby_only(house):
    house.code("portal/views.py", '_("Office")\n')
    house.code("kiosk/views.py", '_("Lobby")\n')
    house.code("templates/kiosk/welcome.html", '{{ _("Welcome") }}')
    house.piece("all", ("Office", "窗口"), ("Lobby", "大厅"), ("Welcome", "欢迎"))
    house.piece("kiosk", ("Welcome", "Willkommen"), locale="de")
    assert house.wrong() == ["de: no translation of 'Lobby', said in kiosk/views.py:1"]


def test_compiling_merges_the_pieces_into_what_gettext_reads(house):
    house.piece("a", ("Save", "保存"))
    house.piece("b", ("Case", "案件"))
    [path] = catalogue.compile_all(house.root)
    with open(path, "rb") as source:
        read = gettext.GNUTranslations(source)
    assert (read.gettext("Save"), read.gettext("Case")) == ("保存", "案件")


def test_a_piece_that_cannot_be_read_is_named(house):
    house.code("translations/zh_Hans_CN/broken.po", f'{HEADER}<<<<<<< mine\nmsgid "Save"\nmsgstr "保存"\n')
    with pytest.raises(SystemExit, match=r"broken\.po"):
        house.wrong()

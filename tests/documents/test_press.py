"""The press' short cuts into WeasyPrint change nothing: the same values of every style, the same drawing out of a slimmer face, the same page as by the long way."""

import io
import re

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from tests.documents.conftest import FACES
from tests.documents.samples import sample
from workflow.documents import pages, render
from workflow.documents.slimming import slim


@pytest.mark.parametrize("kind", ["notification", "one_time_notice", "decision"])
def test_every_value_of_every_style_is_that_of_the_long_way(kind, monkeypatch):
    """All properties of all elements and of their anonymous boxes, asked of both classes in two different orders."""
    import weasyprint.css as inside
    from weasyprint.css.properties import INITIAL_VALUES

    from workflow.documents import styles
    from workflow.documents.wellformed import Wellformed

    press, html = render._ready_press(), pages.page(kind, sample(kind))

    def values(style_class, keys):
        monkeypatch.setattr(inside, "ComputedStyle", style_class)
        document = Wellformed(html, press.fetcher)
        style_for = inside.get_all_computed_styles(document, user_stylesheets=[press.sheet], font_config=press.faces)
        found = {}
        for nth, element in enumerate(document.etree_element.iter()):
            style = style_for(element)
            for name, each in (("own", style), ("anonymous", style.anonymous_style)):
                found |= {(nth, element.tag, name, key): repr(each[key]) for key in keys}
        return found

    keys = [key for key in INITIAL_VALUES if key not in styles._LOGICAL and key not in ("string_set", "content", "counter_increment", "counter_reset", "counter_set", "bookmark_label")]
    long_way = values(styles.Long, keys)
    assert len(long_way) > 10_000
    assert values(styles.Short, keys) == long_way
    assert values(styles.Short, keys[::-1]) == values(styles.Long, keys[::-1])


def test_a_sheet_that_says_more_than_usual_is_heard(monkeypatch):
    """Logical margins, borders with a style and no width, inherit and initial: none of it may fall through the short way."""
    import weasyprint.css as inside
    from weasyprint import CSS

    from workflow.documents import styles
    from workflow.documents.wellformed import Wellformed

    press = render._ready_press()
    html = '<html lang="en"><head></head><body><div id="a"><p id="b" lang="en">x</p><p id="c">y</p></div></body></html>'
    sheet = CSS(string="#a { margin-inline: 7px; border-left-style: solid; color: red } #b { margin-left: inherit; border-block-start: 3px solid; color: initial } #c { direction: rtl; margin-inline-start: 9px }")

    def of(style_class):
        monkeypatch.setattr(inside, "ComputedStyle", style_class)
        document = Wellformed(html, press.fetcher)
        style_for = inside.get_all_computed_styles(document, user_stylesheets=[sheet], font_config=press.faces)
        keys = ("margin_left", "margin_right", "border_left_width", "border_top_width", "border_top_style", "color", "direction")
        return {element.get("id"): [str(style_for(element)[key]) for key in keys] for element in document.etree_element.iter() if element.get("id")}

    assert of(styles.Short) == of(styles.Long)
    assert of(styles.Short)["a"][2] != "0"


def test_a_slim_face_draws_the_same_and_adds_up():
    whole = (FACES / "paper-latin-bold.ttf").read_bytes()
    thin = slim(whole)
    before, after = TTFont(io.BytesIO(whole)), TTFont(io.BytesIO(thin), checkChecksums=2)
    assert set(after.keys()) - {"GlyphOrder"} <= {"glyf", "head", "hhea", "hmtx", "loca", "maxp", "cvt ", "fpgm", "prep"}
    assert len(thin) < len(whole)
    assert before["maxp"].numGlyphs == after["maxp"].numGlyphs
    for number in range(0, before["maxp"].numGlyphs, 40):
        one, other = before.getGlyphOrder()[number], after.getGlyphOrder()[number]
        assert before["hmtx"][one] == after["hmtx"][other]
        assert before["glyf"][one].compile(before["glyf"]) == after["glyf"][other].compile(after["glyf"])
    assert sum(int.from_bytes(thin[at : at + 4], "big") for at in range(0, len(thin), 4)) & 0xFFFFFFFF == 0xB1B0AFBA


def test_a_face_of_another_make_is_left_as_it_is():
    assert slim(b"OTTO" + bytes(40)) == b"OTTO" + bytes(40)


def test_the_faces_in_a_paper_are_slim_and_streams_say_their_length():
    pdf = render.render("notification", sample("notification"))
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert file.check_pdf_syntax() == []
        faces = [each for each in file.objects if isinstance(each, pikepdf.Stream) and "/Length1" in each]
        assert len(faces) >= 5
        for face in faces:
            data = face.read_bytes()
            assert int(face.Length1) == len(data)
            assert len(TTFont(io.BytesIO(data)).reader.tables) <= 9


def test_signs_of_markup_in_facts_are_printed_as_they_are(text):
    said = text(render.render("refusal", sample("refusal") | {"reason": """a < b && c > d ]]> <!-- & "e" 'f' &amp; &nbsp;"""}))
    assert """a<b&&c>d]]><!--&"e"'f'&amp;&nbsp;""" in said


@pytest.mark.parametrize("kind", render.KINDS)
def test_every_template_is_well_formed_and_says_which_rows_are_a_tables_body(kind):
    from xml.etree import ElementTree

    root = ElementTree.fromstring(pages.page(kind, sample(kind)))
    assert root.tag == "html"
    for table in root.iter("table"):
        assert {child.tag for child in table} <= {"thead", "tbody"}


def test_the_page_is_that_of_weasyprints_own_reader_and_sheet(monkeypatch):
    """Every operator that draws, and every tag."""
    from weasyprint import HTML

    from workflow.documents import wellformed

    short = render.render("originals_receipt", sample("originals_receipt"))
    monkeypatch.setattr(wellformed, "Wellformed", lambda html, fetcher: HTML(string=html, url_fetcher=fetcher))
    long = render.render("originals_receipt", sample("originals_receipt"))
    with pikepdf.open(io.BytesIO(short)) as one, pikepdf.open(io.BytesIO(long)) as other:
        assert one.pages[0].Contents.read_bytes() == other.pages[0].Contents.read_bytes()
        assert _tags(one) == _tags(other)
        assert re.search(rb"/TH|Table", b" ".join(tag.encode() for tag in _tags(one)))


def _tags(file):
    return [str(each.S) for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/StructElem"]

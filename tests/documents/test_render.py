"""Every paper: whole or not at all, one page, its words back as text, the same bytes again."""

import gc
import io
import os
import re

import pikepdf
import pypdfium2
import pytest

from tests.documents.samples import REF, sample
from workflow.documents import fetching, pages, render
from workflow.documents.render import KINDS, FactMissing, PaperFailed


def test_nothing_is_missing_on_this_machine():
    assert render.ready() == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_paper_is_one_page_and_says_what_it_is_in_both_languages(kind, text):
    pdf = render.render(kind, sample(kind))
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        assert len(paper.pages) == 1
        assert paper.Root.Lang == "zh-Hans"
        assert paper.Root.MarkInfo.Marked
        assert paper.docinfo["/Title"] == f"{KINDS[kind][0]} {sample(kind)['number']}（样张）"
        assert paper.docinfo["/CreationDate"] == paper.docinfo["/ModDate"]
    said = text(pdf)
    facts = sample(kind)
    for wanted in (facts["number"], facts["name"], facts["employer_zh"], facts["passport_no"], "样张SPECIMEN", *KINDS[kind]):
        assert re.sub(r"\s", "", wanted) in said
    assert "7K3M9QX2TD6" in said


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_facts_give_the_same_bytes(kind):
    first = render.render(kind, sample(kind))
    render.render("acceptance", sample("acceptance"))
    assert render.render(kind, sample(kind)) == first


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_stays_small(kind):
    assert len(render.render(kind, sample(kind))) < 96 * 1024


def test_the_notification_has_every_caption_of_the_official_form(tmp_path):
    words = re.sub(r"<[^>]+>|\s", "", pages.page("notification", sample("notification")))
    for caption in (
        "中华人民共和国外国人工作许可通知", "（来华工作90天以上）", "经深圳市外国人工作管理部门批准，意大利（国籍）MORETTIGIULIAANNA女士",
        "护照号码：YB0041728", "工作许可号码：899202600000184276", "类别：B", "在中华人民共和国广东省（自治区、直辖市）深圳市（设区市）南山县（市、区）",
        "深圳市云岭精密仪器有限公司单位工作，期限从2027年1月11日至2029年1月10日", "签发日期2026年12月8日", "随行家属共2人。",
        "配偶姓名：BELLINIMARCO", "子女姓名：BELLINILUCA", "其他人员：无", "本件自签发之日起3个月内有效。", "注意事项",
        "中华人民共和国实行外国人来华工作许可制度", "办理Z字签证", "入境后30日内", "办理工作类居留证件",
    ):  # fmt: skip
        assert caption in words


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_fact_is_named(kind):
    for fact in [*_asked(kind), "qr_url"]:
        facts = sample(kind)
        del facts[fact]
        with pytest.raises(FactMissing) as missing:
            render.render(kind, facts)
        assert missing.value.args == (fact,)


def _asked(kind):
    """The facts that this kind's page reads: those whose change shows."""
    asked = []
    for fact in sample(kind):
        facts = sample(kind)
        del facts[fact]
        try:
            pages.page(kind, facts)
        except FactMissing:
            asked.append(fact)
    assert {"number", "ref", "host", "authority_zh", "issued_on", "name", "passport_no"} <= set(asked)
    return asked


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="no paper"):
        render.render("../../etc/passwd", {})


def test_facts_cannot_write_markup_or_template_code():
    facts = sample("refusal") | {"reason": '<img src="file:///etc/passwd"><script>x</script>{{ 7 * 7 }}'}
    assert "&lt;img" in pages.page("refusal", facts)
    assert "{{ 7 * 7 }}" in pages.page("refusal", facts)
    render.render("refusal", facts)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://127.0.0.1:9/x.png", "face:none", "https://portal.example/"])
@pytest.mark.parametrize("how", ['<img alt="x" src="{}"/>', '<link rel="stylesheet" href="{}"/>', '<p style="background:url({})"/>'])
def test_a_page_that_reaches_out_is_not_printed(monkeypatch, address, how):
    whole = pages.page("acceptance", sample("acceptance"))
    monkeypatch.setattr(render, "page", lambda kind, facts: whole.replace("<h1>", how.format(address) + "<h1>"))
    with pytest.raises(PaperFailed, match="fetching"):
        render.render("acceptance", sample("acceptance"))


def test_what_weasyprint_would_only_log_stops_the_paper(monkeypatch):
    whole = pages.page("acceptance", sample("acceptance"))
    monkeypatch.setattr(render, "page", lambda kind, facts: whole.replace("<h1>", '<h1 style="colour: red">'))
    with pytest.raises(PaperFailed, match="colour"):
        render.render("acceptance", sample("acceptance"))


def test_a_sign_that_no_face_can_draw_stops_the_paper_and_is_named():
    with pytest.raises(PaperFailed, match="U\\+"):
        render.render("acceptance", sample("acceptance") | {"handler": "\U0001f9ff"})


def test_a_face_file_that_is_broken_stops_every_paper(tmp_path, monkeypatch):
    from tests.documents.conftest import FACES

    (tmp_path / "paper-serif-regular.ttf").write_bytes(b"not a font")
    render.configure(tmp_path)
    try:
        with pytest.raises(PaperFailed, match="Paper Serif"):
            render.render("acceptance", sample("acceptance"))
    finally:
        render.configure(FACES)


def test_control_characters_pasted_into_a_reason_are_dropped(text):
    pdf = render.render("refusal", sample("refusal") | {"reason": "第一行\x0b\x00\ue000\n第二行"})
    assert "第一行第二行" in text(pdf)


NAMES = {
    "Cyrillic": "Щербакова Ольга", "Arabic": "محمد عبد الرحمن", "Persian": "پریسا گلچهره", "Hebrew": "דוד כהן", "Thai": "สมชาย วงศ์สวัสดิ์", "Vietnamese": "Đặng Thị Ngọc Ánh",
    "Devanagari": "अनिता श्रीवास्तव", "Bengali": "অনিতা", "Greek": "Ελένη Παπαδοπούλου", "Georgian": "ნინო", "Armenian": "Անի", "Khmer": "សុខា", "Burmese": "အောင်",
    "Korean": "김민수", "Japanese": "さくら", "Chinese": "王玥珺", "rare Chinese": "龘",
}  # fmt: skip


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_any_script_is_drawn_without_an_empty_box_and_read_back(script):
    pdf = render.render("notification", sample("notification") | {"spouse": NAMES[script]})
    assert _boxes(pdf) == []
    document = pypdfium2.PdfDocument(pdf)
    said = document[0].get_textpage().get_text_bounded()
    document.close()
    for word in NAMES[script].split():
        assert word in said


def _boxes(pdf):
    """Fonts out of which a page draws glyph 0, the empty box."""
    found, font, drawn = [], "", 0
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        for page in paper.pages:
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    font = str(operands[0])
                for text in [bytes(part) for part in operands[0] if isinstance(part, pikepdf.String)] if str(operator) == "TJ" else []:
                    drawn += len(text) // 2
                    found += [font] * any(text[at : at + 2] == b"\0\0" for at in range(0, len(text), 2))
    assert drawn > 500
    return found


def test_chinese_can_be_selected_and_searched():
    facts = sample("notification")
    document = pypdfium2.PdfDocument(render.render("notification", facts))
    page = document[0].get_textpage()
    for words in ("深圳市云岭精密仪器有限公司", "工作类居留证件", "中华人民共和国外国人工作许可通知", facts["number"]):
        place = page.search(words).get_next()
        assert place, words
        assert "".join(page.get_text_range(*place).split()) == words
    page.close()
    document.close()


def test_very_long_names_go_on_to_a_second_page_that_says_so(text):
    facts = sample("notification") | {
        "name": "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUB",
        "employer_zh": "粤港澳大湾区国际先进光电子与微纳制造技术联合研究院深圳前海分院有限责任公司" * 2,
        "children": ["PHRANAKHONSIAYUTTHAYA ANNA MARIA"] * 4,
    }
    said = text(render.render("notification", facts))
    assert "第2页共2页" in said
    assert said.count("编号No." + facts["number"]) == 3


def test_titles_follow_the_sex_in_the_passport():
    for sex, title in {"M": "先生", "F": "女士", "X": "先生/女士"}.items():
        assert f"</b> {title}（护照" in pages.page("notification", sample("notification") | {"sex": sex})


def test_dates_and_times_are_those_of_china():
    assert pages.zh_time("2026-11-20T01:31:00+00:00") == "2026 年 11 月 20 日 9:31"
    assert pages.en_time("2026-11-20T23:05:00+00:00") == "7:05 on 21\u00a0November\u00a02026"


def test_a_child_process_prints_and_leaves_its_parents_faces_alone():
    expected = render.render("acceptance", sample("acceptance"))
    child = os.fork()
    if child == 0:
        try:
            same = render.render("acceptance", sample("acceptance")) == expected
            gc.collect()
        finally:
            os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    folder = render._press.faces._folder
    assert folder
    assert any(folder.iterdir())


def test_only_the_named_faces_are_served(tmp_path):
    (tmp_path / "a.ttf").write_bytes(b"face")
    served = fetching.PaperFetcher({"face:a": tmp_path / "a.ttf"})
    assert served.fetch("face:a").read() == b"face"
    with pytest.raises(ValueError, match="disallowed"):
        served.fetch("file:///etc/passwd")


def test_the_typed_code_stands_under_the_symbol():
    assert '<p class="key">7K3M 9QX2 TD6</p>' in pages.page("decision", sample("decision"))
    assert REF == "7K3M9QX2TD6"

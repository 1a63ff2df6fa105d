"""The words of the notification set by other programs, for the comparison in bench_papers.py: Typst and ReportLab (requirements-bench.txt).

Same words, same cut faces, same symbol, one page; plainer rules and no ornament. Each is warm: faces loaded once, only the words change.
"""

import html
import io
import re
from collections.abc import Callable
from pathlib import Path

from workflow.documents import pages
from workflow.documents.qr import QUIET, matrix, runs, svg_path, width_mm

FONTS = Path(__file__).resolve().parents[2] / "static" / "fonts"
_ROW = re.compile(r'<div class="row[^"]*">\s*<p>(.*?)</p>\s*<p lang="en">(.*?)</p>', re.DOTALL)


def words(facts: dict) -> dict:
    """Title, number and rows of (Chinese, English), out of the page itself."""
    page = pages.page("notification", facts)
    rows = [tuple(html.unescape(re.sub(r"<[^>]+>", "", part)).strip() for part in found) for found in _ROW.findall(page)]
    assert len(rows) >= 10
    return {"title": pages.KINDS["notification"][0], "subtitle": pages.KINDS["notification"][1], "number": facts["number"], "ref": facts["ref"], "rows": rows, "authority": facts["authority_zh"]}


def typst() -> Callable[[dict], bytes]:
    import typst as engine

    compiler = engine.Compiler(b"", font_paths=engine.Fonts(include_system_fonts=False, font_paths=[FONTS]))

    def paper(facts: dict) -> bytes:
        said, address = words(facts), facts["qr_url"]
        size = len(matrix(address)) + 2 * QUIET
        image = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path fill="none" stroke="#000" stroke-width="1" d="{svg_path(address)}"/></svg>'
        rows = "\n".join(f"[#text({_quoted(zh)})], [#en({_quoted(en)})]," for zh, en in said["rows"])
        source = f"""
#set document(title: {_quoted(said["title"])})
#set page(paper: "a4", margin: 22mm)
#set text(font: ("Paper Serif", "Paper Latin"), size: 10.5pt, lang: "zh")
#let en(it) = text(font: "Paper Latin", size: 8.6pt, lang: "en", it)
#align(right, text(size: 8.6pt, {_quoted("编号 No. " + said["number"])}))
#align(center, heading({_quoted(said["title"])}))
#align(center, en({_quoted(said["subtitle"])}))
#table(columns: (1.3fr, 1fr), stroke: none, {rows})
#align(right, image(bytes({_quoted(image)}), width: {width_mm(matrix(address)):.2f}mm, alt: "code"))
#align(right, text(weight: "bold", {_quoted(said["ref"])}))
#align(right, text({_quoted(said["authority"])}))
"""
        pdf = compiler.compile(source.encode(), format="pdf", pdf_standards=["a-3a"])
        assert isinstance(pdf, bytes)
        return pdf

    return paper


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def reportlab() -> Callable[[dict], bytes]:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table

    for name in ("serif-regular", "serif-bold", "latin-regular"):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"paper-{name}.ttf"))
    zh = ParagraphStyle("zh", fontName="serif-regular", fontSize=10.5, leading=16, wordWrap="CJK")
    en = ParagraphStyle("en", fontName="latin-regular", fontSize=8.6, leading=12)
    head = ParagraphStyle("head", fontName="serif-bold", fontSize=20, leading=26, alignment=1, wordWrap="CJK")

    class Symbol(Flowable):
        def __init__(self, address: str):
            super().__init__()
            self.rows = matrix(address)
            self.width = self.height = width_mm(self.rows) * mm

        def draw(self) -> None:
            size = len(self.rows) + 2 * QUIET
            self.canv.scale(self.width / size, -self.height / size)
            path = self.canv.beginPath()
            for x, y, length in runs(self.rows):
                path.moveTo(x, y + 0.5 - size)
                path.lineTo(x + length, y + 0.5 - size)
            self.canv.setLineWidth(1)
            self.canv.drawPath(path)

    def paper(facts: dict) -> bytes:
        said, out = words(facts), io.BytesIO()
        table = Table([[Paragraph(html.escape(a), zh), Paragraph(html.escape(b), en)] for a, b in said["rows"]], colWidths=[95 * mm, 70 * mm])
        story = [Paragraph(said["number"], en), Paragraph(said["title"], head), Paragraph(html.escape(said["subtitle"]), en), table]
        story += [Symbol(facts["qr_url"]), Paragraph(said["ref"], en), Paragraph(said["authority"], zh)]
        SimpleDocTemplate(out, pagesize=A4, margin=22 * mm, title=said["title"], invariant=1).build(story)
        return out.getvalue()

    return paper

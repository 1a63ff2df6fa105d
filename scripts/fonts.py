"""Cut the faces for the papers out of Debian's Noto fonts, once, at set-up: `python -m scripts.fonts`.

A whole Noto CJK face is 25 MB of cubic outlines and makes every paper slow and fat. What a paper says fits into GB 2312
plus the characters of personal names that GB 2312 lacks; as TrueType (quadratic) outlines WeasyPrint embeds it fastest.
The result is git-ignored: static/fonts/paper-<kind>-<weight>.ttf, made again when this file or a source changes.
"""

import hashlib
import sys
import unicodedata
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fontTools
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont, newTable

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"
NOTO = Path("/usr/share/fonts")

# Characters met in names of people and places that GB 2312 (1980) lacks; those it has may stand here harmlessly.
NAME_CHARACTERS = (
    "玥珺喆堃昇煊翀赟晞旻昉昕昀晟曦暐曌炆炜烜烨焜焯煜煐熠燊璟瑀玙珩珮珣珅珈琲琤琬瑄瑗瑢璇璐璠瓅甯祎祺禛禔禤稹竑竣筠箐籥綦縯翊"
    "翾耘芃芮芷苡茗茜荃荇莘菀菁萱葳蓁蓥蔺薇蘅虓衍裎诗谌谖豳赜轩迦逄逯邝郗郜鄢酆釢釴鈊鈜鉴鋆鋐鏊鑫锜锟锴镕闫阇陟隽雩霁靓韡颀颢颺飏馀駪骁骉骐髙鹍鹭麒麟黟"
    "仝伃伋佽侲俍倞偲傃僖僡冏凊劼勍匀卺厍叆叒吆咏哿唅唞喦嘏嚞囡圳垚垚埏埕堉堽墡壵夆奡妍妘姁姞姮娅娆娉婳婵媃媄嫄嫏嬅嬿孖宬寀寔尧屾岍岘峣崟崧嵚嶲帡幵庥廙弢彧徕忞恺悫惇惢愔愫憬懋懿扆挻掞揆搴摛敉敻斐斓旸旿昺晗晙晳暄暲朓朙杲柷桉桢梣梽棪棻椈楙楠榕槿樾橚欤欥歆沄沚沨泓泙洢洣浛浠涵淏淼渟湉湜湲溱滢漪潆潞澍濛濬瀚灏炅炘炟焘"
    "騏龢龑镠镡靖頔頲"
)
LATIN = [chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x250), *range(0x1E00, 0x1F00), *range(0x2010, 0x2028), 0x2030, 0x20AC, 0x2116, 0x2122)]
GREEK_CYRILLIC = [chr(code) for code in (*range(0x370, 0x400), *range(0x400, 0x530))]
CHINESE_SIGNS = "〇〔〕【】《》「」『』〈〉—…‘’“”·、。，；：？！（）①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳☐☑☒✓√×□■○●◎△▲▼★☆→←↑↓℃％￥〒〓々"


@dataclass(frozen=True)
class Face:
    """One face: `name` of the file, `source` as a glob under Debian's fonts, `family` to pick from a collection."""

    name: str
    source: str
    family: str
    chinese: bool


FACES = (
    Face("paper-serif-regular", "NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", True),
    Face("paper-serif-bold", "NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", True),
    Face("paper-sans-regular", "NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", True),
    Face("paper-sans-bold", "NotoSansCJK-Bold.ttc", "Noto Sans CJK SC", True),
    Face("paper-latin-regular", "NotoSans-Regular.ttf", "Noto Sans", False),
    Face("paper-latin-bold", "NotoSans-Bold.ttf", "Noto Sans", False),
    Face("paper-mono-bold", "NotoSansMono-Bold.ttf", "Noto Sans Mono", False),
)


def gb2312() -> list[str]:
    """All 7,445 characters of GB 2312, read off Python's own codec."""
    found = []
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def wanted(face: Face) -> set[int]:
    """The code points that `face` keeps (those its source has)."""
    signs: Iterable[str] = (*LATIN, *GREEK_CYRILLIC)
    if face.chinese:
        signs = (*signs, *gb2312(), *NAME_CHARACTERS, *CHINESE_SIGNS)
    return {ord(sign) for sign in signs if unicodedata.category(sign) != "Cn"}


def find(source: str) -> Path:
    """The installed file called `source`; FileNotFoundError names the package that brings it."""
    for path in sorted(NOTO.rglob(source)):
        return path
    package = "fonts-noto-cjk" if "CJK" in source else "fonts-noto-mono" if "Mono" in source else "fonts-noto-core"
    raise FileNotFoundError(f"{source} is not under {NOTO}: install {package}")


def _open(face: Face) -> Any:
    path = find(face.source)
    if path.suffix != ".ttc":
        return TTFont(path, lazy=True)
    for font in TTCollection(path, lazy=True):
        if font["name"].getDebugName(1) == face.family or font["name"].getDebugName(16) == face.family:
            return font
    raise FileNotFoundError(f"{path} holds no {face.family}")


def _to_truetype(font: Any, max_error: float = 2.0) -> None:
    """Turn cubic CFF outlines into quadratic ones, in place; `max_error` in font units (of 1000 an em).

    2 of 1000 is 9 µm in the largest print of a paper, under half a dot at 1200 dpi, and takes a tenth off every face.
    """
    order, source = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        source[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    for table in ("CFF ", "VORG", "CFF2"):
        if table in font:
            del font[table]
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for field, value in {
        "maxZones": 1, "maxTwilightPoints": 0, "maxStorage": 0, "maxFunctionDefs": 0, "maxInstructionDefs": 0, "maxStackElements": 0,
        "maxSizeOfInstructions": 0, "maxComponentElements": 0, "maxPoints": 0, "maxContours": 0, "maxCompositePoints": 0,
        "maxCompositeContours": 0, "maxComponentDepth": 0,
    }.items():  # fmt: skip
        setattr(maxp, field, value)
    font["post"].formatType = 3.0  # no glyph names: smaller, and nothing reads them
    font.sfntVersion = "\000\001\000\000"


def _rename(font: Any, face: Face) -> None:
    """A cut face carries a name of its own, so that it is never taken for the whole Noto."""
    family = " ".join(part.capitalize() for part in face.name.split("-")[:2])
    style = face.name.split("-")[2].capitalize()
    for record in list(font["name"].names):
        if record.nameID in (16, 17, 21, 22, 25):
            font["name"].names.remove(record)
    for name_id, text in ((1, family), (2, style), (4, f"{family} {style}"), (6, f"{family}-{style}".replace(" ", ""))):
        font["name"].setName(text, name_id, 3, 1, 0x409)


def make(face: Face) -> Path:
    """Cut one face and put it in its place in one step, so that nobody reads half a font."""
    font = _open(face)
    options = Options()
    options.layout_features = ["kern", "mark"]  # locl alone would drag in 5,600 glyphs of other countries' forms
    options.name_IDs = [1, 2, 4, 6]  # every paper carries what a face carries
    options.notdef_outline, options.glyph_names = True, False
    options.hinting = face.chinese  # CFF's hints go with CFF; taking them out first would cost half the time
    options.drop_tables = [*options.drop_tables, "vhea", "vmtx", "VORG", "BASE", "DSIG", "GDEF", "gasp"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted(face))
    subsetter.subset(font)
    if "CFF " in font:
        _to_truetype(font)
    _rename(font, face)
    FONTS.mkdir(parents=True, exist_ok=True)
    path = FONTS / f"{face.name}.ttf"
    beside = path.with_suffix(".part")
    font.save(beside)
    beside.replace(path)
    return path


def mark() -> str:
    """What the present faces depend on: this file, fontTools, and each source's size and time."""
    total = hashlib.sha256(Path(__file__).read_bytes() + fontTools.version.encode())
    for face in FACES:
        seen = find(face.source).stat()
        total.update(f"{face.name} {seen.st_size} {seen.st_mtime_ns}".encode())
    return total.hexdigest()


def ensure() -> bool:
    """Make the faces unless they are there and current. True when they were made."""
    stamp, current = FONTS / ".made", mark()
    there = all((FONTS / f"{face.name}.ttf").exists() for face in FACES)
    if there and stamp.exists() and stamp.read_text() == current:
        return False
    with ProcessPoolExecutor(max_workers=2) as pool:
        for path in pool.map(make, FACES):
            print(f"    {path.name} {path.stat().st_size // 1024} KiB", flush=True)
    stamp.write_text(current)
    return True


if __name__ == "__main__":
    try:
        ensure()
    except FileNotFoundError as gone:
        sys.exit(str(gone))

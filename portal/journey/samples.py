"""Invented answers and small generated files that the checks let in: for the journey, the demonstration's cases and the tests."""

import io
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from workflow import clock
from workflow.intake.mrz import check_digit
from workflow.materials import MATERIALS

FACE = Path(__file__).resolve().parents[2] / "static" / "fonts" / "paper-mono-bold.ttf"


def sample_answers(**changes: dict[str, Any] | list) -> dict[str, Any]:
    """Answers that nothing can be said against today; `changes` are merged section by section (a list replaces the section)."""
    today = clock.today()
    answers: dict[str, Any] = {
        "class_ground": {"class": "B", "ground": "B_degree_experience", "ground_note": "光学工程硕士，十年以上镜头设计经历。"},
        "basic": {
            "surname": "MORETTI", "given_names": "GIULIA ANNA", "former_chinese": "no", "sex": "F", "birth_date": "1990-03-14", "birth_place": "TORINO",
            "nationality": "ITA", "issuing_countries": "Italy", "passport_no": "YB0041728", "passport_issued": _on(today, -900), "passport_expires": _on(today, 2400),
            "marital_status": "married", "native_language": "Italian", "hsk": "3", "email": "giulia.moretti@mail.example", "mobile": "+39 320 555 0417",
            "language": "en", "emergency_contact": "Marco Moretti, +39 320 555 0418",
        },
        "application": {
            "position": "光学设计工程师", "position_en": "Optical design engineer", "occupation": "engineering", "duties": "镜头组的设计、公差分析与试制。", "division": "440305",
            "place_detail": "科苑路 18 号", "contract_from": _on(today, 40), "contract_to": _on(today, 40 + 720), "pay_monthly": 32000, "pay_yearly": 384000,
            "payer": "employer", "months_per_year": 12, "seconded": "no", "mission": "中国驻米兰总领事馆", "entry_planned": _on(today, 30),
        },
        "education": [{"level": "master", "school": "Politecnico di Torino", "major": "Optical engineering", "country": "ITA", "start": "2012-09", "end": "2014-07"}],
        "work": [
            {"start": "2014-09", "end": "2019-12", "organisation": "Ottica Valle S.p.A.", "position": "Optical designer", "country": "ITA", "referee": "ref@ottica.example"},
            {"start": "2020-01", "end": today.isoformat()[:7], "organisation": "Lenti Alte S.r.l.", "position": "Senior designer", "country": "ITA", "referee": "+39 011 555 0100"},
        ],
        "family": [
            {"relation": "spouse", "name": "MORETTI MARCO", "sex": "M", "birth_date": "1988-06-02", "nationality": "ITA", "passport_no": "YB0041729", "accompanying": "yes"},
            {"relation": "child", "name": "MORETTI LUCA", "sex": "M", "birth_date": _on(today, -1500), "nationality": "ITA", "passport_no": "YB0041730", "accompanying": "yes"},
        ],
        "contract": {"parties": 1, "place": 1, "duties": 1, "pay": 2, "period": 2, "position": 1, "signature_page": 3, "chinese": "yes"},
    }  # fmt: skip
    for section, change in changes.items():
        answers[section] = change if isinstance(change, list) else answers.get(section, {}) | change
    return answers


def _on(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


@lru_cache(maxsize=64)
def sample_photo(shirt: str = "#35506b") -> bytes:
    """A drawn portrait on white, 620 × 797, that passes every check of the photograph, the portrait's own included."""
    picture = Image.new("RGB", (1240, 1594), "#ffffff")
    pen = ImageDraw.Draw(picture)
    skin, shade, hair = "#dcae8c", "#c4906d", "#33241a"
    pen.ellipse((330, 190, 910, 900), fill=hair)
    pen.rectangle((500, 900, 740, 1330), fill=shade)
    pen.ellipse((90, 1220, 1150, 2300), fill=shirt)
    pen.polygon(((500, 1215), (740, 1215), (620, 1400)), fill=skin)
    pen.ellipse((352, 300, 888, 1080), fill=skin)
    for ear in ((318, 640, 372, 800), (868, 640, 922, 800)):
        pen.ellipse(ear, fill=shade)
    pen.chord((352, 250, 888, 800), 200, 340, fill=hair)
    for x in (490, 750):
        pen.ellipse((x - 52, 628, x + 52, 682), fill="#fbf8f5")
        pen.ellipse((x - 25, 630, x + 25, 680), fill="#4a3322")
        pen.ellipse((x - 11, 644, x + 11, 666), fill="#0e0a08")
        pen.arc((x - 56, 618, x + 56, 700), 195, 345, fill="#3a2a20", width=8)
        pen.arc((x - 80, 560, x + 80, 680), 215, 325, fill=hair, width=18)
    pen.line((616, 680, 590, 820, 640, 832), fill=shade, width=10)
    for nostril in ((585, 815, 612, 838), (640, 815, 667, 838)):
        pen.ellipse(nostril, fill=shade)
    pen.polygon(((540, 925), (590, 908), (620, 916), (650, 908), (700, 925), (650, 955), (590, 955)), fill="#b0625a")
    pen.line((545, 926, 695, 926), fill="#8a443f", width=5)
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(2.2)).resize((620, 797), Image.Resampling.LANCZOS).save(out, "JPEG", quality=93)
    return out.getvalue()


def sample_photo_at_fault(shirt: str = "#35506b") -> bytes:
    """The same portrait with the head leaning and a shadow on the wall: one fault that cannot be filed, one remark."""
    picture = Image.open(io.BytesIO(sample_photo(shirt))).convert("RGB").rotate(6.5, fillcolor="#ffffff", resample=Image.Resampling.BICUBIC)
    width, height = picture.size
    shadow = Image.linear_gradient("L").rotate(90).resize((width // 4, height)).point(lambda tone: 255 - tone // 5)
    wall = Image.new("L", picture.size, 255)
    wall.paste(shadow, (width - width // 4, 0))
    white = picture.convert("L").point(lambda tone: 255 if tone > 238 else 0)
    picture.paste(Image.merge("RGB", (wall,) * 3), (0, 0), white)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=93)
    return out.getvalue()


def zone(basic: Mapping[str, str]) -> tuple[str, str]:
    """The two lines of an invented passport (ICAO 9303, TD3) that says what the page of basic information says."""
    names = f"{basic['surname']}<<{basic['given_names']}".replace(" ", "<")
    number, birth, expiry = basic["passport_no"].ljust(9, "<")[:9], basic["birth_date"][2:].replace("-", ""), basic["passport_expires"][2:].replace("-", "")
    number, birth, expiry = (f"{part}{check_digit(part)}" for part in (number, birth, expiry))
    rest = "<" * 14 + "0"
    last = check_digit(number + birth + expiry + rest)
    return f"P<{basic['nationality']}{names}".ljust(44, "<")[:44], f"{number}{basic['nationality']}{birth}{basic['sex']}{expiry}{rest}{last}"


def sample_passport(basic: Mapping[str, str]) -> bytes:
    """A drawn data page of an invented passport, a JPEG: SPECIMEN across it, its two lines as a machine reads them."""
    return _passport(*zone(basic))


@lru_cache(maxsize=64)
def _passport(*lines: str) -> bytes:
    face, small = (ImageFont.truetype(FACE, size) if FACE.exists() else ImageFont.load_default(size) for size in (38, 26))
    page = Image.new("RGB", (1240, 874), "#eef1ec")
    pen = ImageDraw.Draw(page)
    pen.rectangle((0, 0, 1240, 76), fill="#d5e0e4")
    pen.text((46, 26), "SPECIMEN   PASSPORT   NOT A REAL DOCUMENT", fill="#7a2a24", font=small)
    portrait = Image.open(io.BytesIO(sample_photo())).resize((320, 411))
    page.paste(portrait, (46, 120))
    surname, _, given = lines[0][5:].partition("<<")
    for row, text in enumerate((surname, given.replace("<", " "), lines[1][10:13], lines[1][:9].replace("<", ""), lines[1][13:19], lines[1][21:27])):
        pen.line((420, 172 + row * 66, 1120, 172 + row * 66), fill="#c4ccd0", width=2)
        pen.text((420, 134 + row * 66), text.strip("< "), fill="#2b3a4a", font=small)
    for row, line in enumerate(lines):
        for column, sign in enumerate(line):
            pen.text((58 + column * 26, 700 + row * 74), sign, fill="#15181c", font=face, anchor="ms")
    out = io.BytesIO()
    page.save(out, "JPEG", quality=90)
    return out.getvalue()


@lru_cache(maxsize=64)
def sample_pdf(title: str, pages: int = 1) -> bytes:
    """A PDF of white pages with its title drawn on, as a scanner makes them."""
    sheets = []
    for number in range(1, pages + 1):
        sheet = Image.new("RGB", (620, 877), "#ffffff")
        pen = ImageDraw.Draw(sheet)
        pen.rectangle((60, 70, 560, 110), fill="#dfe6ea")
        pen.text((70, 84), f"SPECIMEN  {title}  {number}/{pages}", fill="#15212b")
        for line in range(14):
            pen.line((60, 170 + line * 38, 520 - line % 3 * 60, 170 + line * 38), fill="#b9c4cb", width=6)
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:])
    return out.getvalue()


def sample_file(kind: str) -> tuple[str, bytes]:
    """A file name and bytes that the checks of this kind of material let in."""
    if kind == "photo":
        return "photo.jpg", sample_photo()
    if kind == "passport_page":
        return "passport.jpg", sample_passport(sample_answers()["basic"])
    return f"{kind}.pdf", sample_pdf(kind, 3 if kind == "contract" else 1)


def sample_dates(kind: str) -> dict[str, str]:
    """What is typed beside the file: the day of issue, where the material's age is looked at."""
    return {"issued_on": _on(clock.today(), -30)} if MATERIALS[kind].months else {}


def entry_date() -> str:
    return clock.today().isoformat()


def residence_period() -> tuple[str, str]:
    """From today for a year, within the sample contract."""
    return clock.today().isoformat(), _on(clock.today(), 365)

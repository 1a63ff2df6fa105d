"""Are two spellings the same person's name? As typed against as printed in the machine-readable zone.

Order, case, diacritics, transliteration, spaces, hyphens and apostrophes may differ; letters may not. Transliteration is that
of ICAO Doc 9303-3, section 6, which leaves states a choice for some letters: every choice is tried.
"""

import re
import unicodedata
from itertools import islice, product
from typing import Literal

Likeness = Literal["same", "order", "cut", "other script", "different"]
# fmt: off
CHOICES = {  # letter → spellings a state may print
    "Ä": ("A", "AE"), "Ö": ("O", "OE"), "Ü": ("U", "UE", "UXX"), "Å": ("A", "AA"), "Æ": ("AE",), "Ø": ("OE", "O"), "Œ": ("OE",), "ß": ("SS",), "ẞ": ("SS",),
    "Ñ": ("N", "NXX"), "Þ": ("TH",), "Ð": ("D",), "Đ": ("D",), "Ł": ("L",), "ı": ("I",), "Ĳ": ("IJ",), "Ə": ("A", "E"), "Ħ": ("H",), "Ŋ": ("N",), "Ŧ": ("T",),
}
# fmt: on
MOST_SPELLINGS = 256


def spellings(name: str) -> set[str]:
    """Every way the name may stand in a zone: capitals A–Z, words with single spaces; empty for another script."""
    composed = unicodedata.normalize("NFC", name.replace("ß", "ẞ")).upper().replace("İ", "I")
    parts: list[tuple[str, ...]] = []
    for each in composed:
        bare = "".join(mark for mark in unicodedata.normalize("NFD", each) if not unicodedata.combining(mark))
        if each in CHOICES:
            parts.append(CHOICES[each])
        elif re.fullmatch("[A-Z]", bare):
            parts.append((bare,))
        elif each in "'’‘`´ʼ.":
            parts.append(("",))
        elif each.isspace() or unicodedata.category(each) == "Pd" or each in ",/<":
            parts.append((" ",))
        elif unicodedata.category(each)[0] in "LN":
            return set()
    return {" ".join("".join(way).split()) for way in islice(product(*parts), MOST_SPELLINGS)} - {""}


def likeness(typed: str, printed: str, *, room: int = 0) -> Likeness:
    """How alike: the same; the same words in another order; the printed one cut off for want of `room` (characters that
    the zone has for the name, 0 for unlimited); typed in another script; or different."""
    ours, theirs = spellings(typed), spellings(printed)
    if not ours or not theirs:
        return "other script" if any(map(str.isalpha, typed)) and printed.strip() else "different"
    squeezed = {each.replace(" ", "") for each in theirs}
    if any(each.replace(" ", "") in squeezed for each in ours):
        return "same"
    words = {tuple(sorted(each.split())) for each in theirs}
    if any(tuple(sorted(each.split())) in words for each in ours):
        return "order"
    if room and any(len(each) >= room - 2 for each in theirs) and any(a.startswith(b) for a in ours for b in theirs):
        return "cut"
    return "different"

"""Invented holders and their machine-readable zones, check digits and all; the seed decides numbers and dates."""

from dataclasses import dataclass
from typing import Any

from workflow.intake.mrz import check_digit

# surname, given names as the zone spells them, the visual zone in the holder's own writing
# fmt: off
NAMES = (
    ("ERIKSSON", "ANNA MARIA", "ERIKSSON, ANNA MARIA"),
    ("MUELLER WEISS", "JOERG", "MÜLLER WEISS, JÖRG"),
    ("NGUYEN", "THI MINH KHAI", "NGUYỄN THỊ MINH KHAI"),
    ("IVANOVA", "EKATERINA", "ИВАНОВА ЕКАТЕРИНА"),
    ("AL FARISI", "ABD ALRAHMAN", "عبد الرحمن الفارسي"),
    ("YAMADA", "HANAKO", "山田 花子"),
    ("VENKATANARASIMHARAJUVARIPETA", "SRI LAKSHMI NARAYANA", "VENKATANARASIMHARAJUVARIPETA, SRI LAKSHMI NARAYANA"),
    ("OBIOZOR", "ILOBASI QODIBO", "OBIOZOR, ILOBASI QODIBO"),
    ("D ARTAGNAN BILLINGSLEY", "ZOZO ISIS", "D’ARTAGNAN-BILLINGSLEY, ZOZO ISIS"),
    ("O", "LI", "O LI"),
)
STATES = ("UTO", "UTO", "FRA", "GBR", "D", "JPN", "IND", "NGA", "BRA")
# fmt: on
DIFFICULT = "0O1IB8S5Z2G6"  # what takes one for the other


@dataclass(frozen=True)
class Holder:
    visual: str
    lines: tuple[str, str]


PATTERNS = ("0" * 9, "A" + "0" * 8, "AA" + "0" * 7, "00AA00000", "A0000000", "AAA000000", "0" * 8)  # of states' numbers: A letter, 0 digit


def number_of(rng: Any, difficult: bool) -> str:
    """A number as states number passports; or, difficult, any mixture of characters that are taken for one another."""
    if difficult:
        return "".join(DIFFICULT[at] for at in rng.integers(len(DIFFICULT), size=int(rng.integers(7, 10))))
    pattern = PATTERNS[rng.integers(len(PATTERNS))]
    return "".join("ABCEFGHIJKLMNOPRSTUVWXYZ"[rng.integers(24)] if each == "A" else str(rng.integers(10)) for each in pattern)


def holder(rng: Any, difficult: bool = False) -> Holder:
    """One passport, TD3; names are cut where the line ends."""
    surname, given, visual = NAMES[rng.integers(len(NAMES))]
    state = STATES[rng.integers(len(STATES))].ljust(3, "<")
    names = (surname.replace(" ", "<") + "<<" + given.replace(" ", "<")).ljust(39, "<")[:39]
    number = number_of(rng, difficult).ljust(9, "<")
    birth = f"{rng.integers(50, 100):02}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"
    expiry = f"{rng.integers(27, 36):02}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"
    personal = ("<" * 14, "ZE184226B<<<<<", "8205O1BSI<<<<<")[rng.integers(3)]
    parts = [number, state, birth, "MFX<"[rng.integers(3)].replace("X", "<"), expiry, personal]
    digits = [str(check_digit(each)) for each in (number, birth, expiry, personal)]
    if not personal.strip("<"):
        digits[3] = "<"
    body = parts[0] + digits[0] + parts[1] + parts[2] + digits[1] + parts[3] + parts[4] + digits[2] + parts[5] + digits[3]
    whole = body[:10] + body[13:20] + body[21:43]
    return Holder(visual, ("P<" + state + names, body + str(check_digit(whole))))

"""Is what somebody typed the name in the passport? For registration, where a person writes her own name on a phone or a kiosk.

Order, case, diacritics, transliteration, spaces, hyphens and apostrophes may differ; a letter or a missing part may not. The name stands on
the notice, so leniency gives nothing away: it only spares the holder a try. Passports transliterate by ICAO Doc 9303-3, section 6, and by
older national tables; both are folded to one spelling here (MUELLER and MULLER, IULIIA and YULIYA are the same name).
Native script is read where the tables are plain: Cyrillic and Greek. Anything else must be written as in the two lines of letters.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 200
MRZ_ROOM = 31  # characters of a name that every machine-readable zone has room for; longer ones may be cut

# fmt: off
LATIN = {"Æ": "AE", "Œ": "OE", "ẞ": "SS", "Ø": "O", "Þ": "TH", "Ð": "D", "Đ": "D", "Ł": "L", "Ħ": "H", "Ŋ": "N", "Ŧ": "T", "Ĳ": "IJ", "Ə": "E", "Ɛ": "E", "Ɔ": "O", "Ɓ": "B", "Ɗ": "D", "Ƙ": "K", "Ƴ": "Y", "Ꞌ": ""}
CYRILLIC = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Ґ": "G", "Д": "D", "Е": "E", "Ё": "E", "Є": "IE", "Ж": "ZH", "З": "Z", "И": "I", "І": "I", "Ї": "I", "Й": "I", "К": "K", "Л": "L",
    "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U", "Ў": "U", "Ф": "F", "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y",
    "Ь": "", "Э": "E", "Ю": "IU", "Я": "IA", "Ә": "A", "Ғ": "G", "Қ": "Q", "Ң": "N", "Ө": "O", "Ұ": "U", "Ү": "U", "Һ": "H", "Ј": "J", "Љ": "LJ", "Њ": "NJ", "Ћ": "C", "Ђ": "D", "Џ": "DZ", "Ќ": "K", "Ѓ": "G", "Ѕ": "DZ",
}
CYRILLIC_HABITS: tuple[dict[str, str], ...] = (  # what a state writes otherwise
    {}, {"Г": "H"}, {"Щ": "SHT", "Ъ": "A", "Х": "H"}, {"Х": "H", "Ц": "C", "Ч": "C", "Ш": "S", "Ж": "Z"},
)
GREEK = {
    "Α": "A", "Β": "V", "Γ": "G", "Δ": "D", "Ε": "E", "Ζ": "Z", "Η": "I", "Θ": "TH", "Ι": "I", "Κ": "K", "Λ": "L", "Μ": "M", "Ν": "N", "Ξ": "X", "Ο": "O", "Π": "P",
    "Ρ": "R", "Σ": "S", "Τ": "T", "Υ": "Y", "Φ": "F", "Χ": "CH", "Ψ": "PS", "Ω": "O",
}
GREEK_PAIRS = (("ΟΥ", "OU"), ("ΓΓ", "NG"), ("ΓΞ", "NX"), ("ΓΧ", "NCH"), (r"ΜΠ\b", "MP"), (r"\bΜΠ", "B"), (r"([ΑΕ])Υ(?=[ΘΚΞΠΣΤΦΧΨ]|\b)", r"\1F"), ("([ΑΕ])Υ", r"\1V"))
FOLDS = (("UXX", "U"), ("NXX", "N"), ("AE", "A"), ("OE", "O"), ("UE", "U"), ("AA", "A"))  # the choices ICAO leaves for ü ñ ä ö å
# fmt: on
_DROPPED = "'’‘`´ʼʻ′.·\u200c\u200d\u00ad"


def same_name(typed: str, surname: str, given_names: str = "") -> bool:
    """Whether `typed` is this name, in whatever order and spelling it was written."""
    if len(typed) > LONGEST:
        return False
    held = [each for each in _latin(f"{surname} | {given_names}") if each]
    if not held:
        return False
    east = any("Ѐ" <= sign <= "ӿ" for sign in typed)
    wanted = held[0]
    last, _, first = (part.strip() for part in wanted.partition("|"))
    orders = [_key(order.replace(" ", ""), east) for order in (last + first, first + last)]
    words = sorted(_key(word, east) for word in f"{last} {first}".split())
    return any(_is(said, orders, words, east) for said in _latin(_without_frame(typed)))


def _is(said: str, orders: list[str], words: list[str], east: bool) -> bool:
    mine = said.replace("|", " ").split()
    if not mine:
        return False
    joined = _key("".join(mine), east)
    if joined in orders or sorted(_key(word, east) for word in mine) == words:
        return True
    return len(joined) >= MRZ_ROOM and orders[0].startswith(joined)


def same_document(typed: str, held: str) -> bool:
    """Passport numbers: spaces, hyphens, case and the letter O for a zero aside."""
    mine, theirs = _document(typed), _document(held)
    return bool(mine) and mine == theirs


def _document(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:60]).upper()
    return re.sub(r"[^0-9A-Z]", "", plain, flags=re.ASCII).replace("O", "0")


def _without_frame(typed: str) -> str:
    """A whole first line of the zone, P<ITAMORETTI<<GIULIA<ANNA<<<, holds type and country before the name."""
    line = typed.strip().upper().replace(" ", "")
    return line[5:] if re.match(r"[PIAC][A-Z<][A-Z<]{3}[A-Z<]+$", line, re.ASCII) and "<<" in line else typed


def _latin(name: str) -> Iterator[str]:
    """The name in capitals A–Z, words with single spaces ("|" kept), once for every table that could have been used. Nothing for another script."""
    text = unicodedata.normalize("NFKC", name).replace("ß", "ẞ").upper()
    if any("Ͱ" <= sign <= "Ͽ" for sign in text):
        text = _bare(text)
        for pattern, written in GREEK_PAIRS:
            text = re.sub(pattern, written, text)
        text = "".join(GREEK.get(sign, sign) for sign in text)
    seen = set()
    for habit in CYRILLIC_HABITS if any("Ѐ" <= sign <= "ӿ" for sign in text) else ({},):
        table = LATIN | CYRILLIC | habit
        spelled = "".join(table[sign] if sign in table else _sign(sign) for sign in text)
        if "\0" not in spelled and spelled not in seen:
            seen.add(spelled)
            yield " ".join(spelled.split())


def _sign(sign: str) -> str:
    if sign in _DROPPED:
        return ""
    if sign.isspace() or unicodedata.category(sign)[0] in "PSZ":
        return "|" if sign == "|" else " "
    plain = _bare(sign)
    written = "".join(LATIN.get(part, part) for part in plain)
    return written if re.fullmatch("[A-Z]*", written, re.ASCII) else "\0"


def _bare(text: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", text) if not unicodedata.combining(part))


def _key(text: str, east: bool) -> str:
    for spelled, folded in FOLDS:
        text = text.replace(spelled, folded)
    if east:  # Y or I, KS or X, IE or E: older and newer tables differ
        text = re.sub("I+", "I", text.replace("Y", "I").replace("KS", "X")).replace("IE", "E").replace("J", "I")
        text = re.sub("I+", "I", text)
    return text

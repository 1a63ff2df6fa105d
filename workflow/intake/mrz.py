"""The machine-readable zone of a travel document (ICAO Doc 9303, parts 3–6): layouts, check digits, repair.

Pure text in, values out: no picture, no clock, standard library only. Three layouts: TD3 (passport, 2 × 44), TD2 (2 × 36) and
TD1 (3 × 30). A check digit says that the characters under it belong together, not that they are right: names, issuer,
nationality and sex stand under none of them in TD3.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product

Span = tuple[int, int, int]  # line, from, to (exclusive)
WEIGHTS = (7, 3, 1)
CONFUSED = ("0OQD", "1IL", "2Z", "5S", "6G", "8B")  # what print and light make of each other
TO_DIGIT = str.maketrans({letter: group[0] for group in CONFUSED for letter in group[1:]})
TO_LETTER = str.maketrans({"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"})
TWINS = {each: group.replace(each, "") for group in CONFUSED for each in group}


@dataclass(frozen=True)
class Layout:
    """`fields` are spans; `checks` name a digit's place and the spans it covers; `digits` and `letters` force characters."""

    lines: int
    width: int
    fields: dict[str, Span]
    checks: dict[str, tuple[Span, tuple[Span, ...]]]


# fmt: off
LAYOUTS = {
    "TD3": Layout(2, 44,
        {"type": (0, 0, 2), "issuer": (0, 2, 5), "names": (0, 5, 44), "number": (1, 0, 9), "nationality": (1, 10, 13),
         "birth": (1, 13, 19), "sex": (1, 20, 21), "expiry": (1, 21, 27), "personal": (1, 28, 42)},
        {"number": ((1, 9, 10), ((1, 0, 9),)), "birth": ((1, 19, 20), ((1, 13, 19),)), "expiry": ((1, 27, 28), ((1, 21, 27),)),
         "personal": ((1, 42, 43), ((1, 28, 42),)), "composite": ((1, 43, 44), ((1, 0, 10), (1, 13, 20), (1, 21, 43)))}),
    "TD2": Layout(2, 36,
        {"type": (0, 0, 2), "issuer": (0, 2, 5), "names": (0, 5, 36), "number": (1, 0, 9), "nationality": (1, 10, 13),
         "birth": (1, 13, 19), "sex": (1, 20, 21), "expiry": (1, 21, 27), "personal": (1, 28, 35)},
        {"number": ((1, 9, 10), ((1, 0, 9),)), "birth": ((1, 19, 20), ((1, 13, 19),)), "expiry": ((1, 27, 28), ((1, 21, 27),)),
         "composite": ((1, 35, 36), ((1, 0, 10), (1, 13, 20), (1, 21, 35)))}),
    "TD1": Layout(3, 30,
        {"type": (0, 0, 2), "issuer": (0, 2, 5), "number": (0, 5, 14), "personal": (0, 15, 30), "birth": (1, 0, 6), "sex": (1, 7, 8),
         "expiry": (1, 8, 14), "nationality": (1, 15, 18), "names": (2, 0, 30)},
        {"number": ((0, 14, 15), ((0, 5, 14),)), "birth": ((1, 6, 7), ((1, 0, 6),)), "expiry": ((1, 14, 15), ((1, 8, 14),)),
         "composite": ((1, 29, 30), ((0, 5, 30), (1, 0, 7), (1, 8, 15), (1, 18, 29)))}),
}
USUAL = re.compile("[A-Z]{0,3}[0-9]{5,9}<*")  # a number as most states print it: letters, if any, stand first
MIXED = ("D<<", "FRA", "NLD")  # states whose numbers have letters among the digits
DIGITS = ("birth", "expiry")
LETTERS = ("type", "issuer", "names", "nationality", "sex")
# fmt: on


class NotMrz(ValueError):
    """The lines have no layout of a travel document."""


@dataclass(frozen=True)
class Mrz:
    """Values as printed, fillers gone. `checks` says per digit whether it holds; `repaired` names fields that were mended, `chosen` those
    of them that several mendings would have satisfied."""

    kind: str
    lines: tuple[str, ...]
    type: str
    issuer: str
    surname: str
    given: str
    number: str
    nationality: str
    birth: date | None
    sex: str  # M, F or X
    expiry: date | None
    personal: str
    checks: dict[str, bool] = field(default_factory=dict)
    repaired: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        return all(self.checks.values())


def check_digit(text: str) -> int:
    """Weights 7, 3, 1; digits as they are, A–Z 10–35, filler 0; modulo 10. Raises KeyError for any other character."""
    return sum(_VALUES[each] * WEIGHTS[at % 3] for at, each in enumerate(text)) % 10


_VALUES = {each: int(each, 36) for each in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"} | {"<": 0}


def parse(lines: Iterable[str], today: date) -> Mrz:
    """Read clean lines as they are, mending nothing. `today` decides the century. Raises NotMrz."""
    rows = tuple(lines)
    kind = next((name for name, layout in LAYOUTS.items() if [len(row) for row in rows] == [layout.width] * layout.lines), "")
    if not kind or not all(re.fullmatch("[A-Z0-9<]+", row) for row in rows):
        raise NotMrz(rows)
    at = LAYOUTS[kind].fields
    surname, _, given = _cut(rows, at["names"]).partition("<<")
    number, personal = _long_number(kind, rows)
    sex = _cut(rows, at["sex"])
    return Mrz(
        kind,
        rows,
        _plain(_cut(rows, at["type"])),
        _plain(_cut(rows, at["issuer"])),
        _plain(surname),
        _plain(given),
        number,
        _plain(_cut(rows, at["nationality"])),
        _date(_cut(rows, at["birth"]), today, past=True),
        sex if sex in "MF" else "X",
        _date(_cut(rows, at["expiry"]), today, past=False),
        personal,
        checks_of(kind, rows),
    )


def checks_of(kind: str, rows: tuple[str, ...]) -> dict[str, bool]:
    """Which check digits hold. A filler stands for 0 where nothing is under it (the personal number)."""
    held = {}
    for name, (place, spans) in LAYOUTS[kind].checks.items():
        text, digit = "".join(_cut(rows, span) for span in spans), _cut(rows, place)
        if name == "number" and digit == "<" and kind != "TD3":
            text, digit = _continued(kind, rows)
        empty = name == "personal" and digit == "<" and not text.strip("<")
        held[name] = empty or (digit.isdigit() and check_digit(text) == int(digit))
    return held


def read(texts: Iterable[str], today: date) -> Mrz | None:
    """The travel document among lines of recognised text, mended where exactly one mending satisfies the digits; the
    reading with most digits right wins. None if nothing has the shape of a zone."""
    best: Mrz | None = None
    for kind, rows in candidates(texts):
        rows = forced(kind, rows)
        mended, names, chosen = repair(kind, rows)
        try:
            found = parse(mended, today)
        except NotMrz:
            continue
        found = Mrz(**{**found.__dict__, "repaired": names, "chosen": chosen})
        if best is None or sum(found.checks.values()) > sum(best.checks.values()):
            best = found
    return best


def candidates(texts: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Runs of neighbouring lines that could be a zone, brought to full width."""
    lines = [line for text in texts if len(line := clean(text)) >= 24]
    for kind, layout in LAYOUTS.items():
        for at in range(len(lines) - layout.lines + 1):
            run = lines[at : at + layout.lines]
            if all(layout.width - 6 <= len(line) <= layout.width + 4 for line in run) and re.match("[PIACV]", run[0]):
                yield kind, tuple(fitted(line, layout.width) for line in run)


def clean(text: str) -> str:
    """Capital letters, digits and fillers only; the look-alikes of the filler become fillers."""
    text = text.upper().replace("«", "<<").replace("‹", "<").replace("〈", "<").replace("＜", "<").replace("《", "<<").replace("(", "<")
    return re.sub("[^A-Z0-9<]", "", text)


def fitted(line: str, width: int) -> str:
    """A line read too short or too long: fillers are what gets lost or doubled, in the longest run of them."""
    runs = sorted(re.finditer("<+", line), key=lambda run: run.end() - run.start())
    if len(line) < width and runs:
        end = runs[-1].end()
        return line[:end] + "<" * (width - len(line)) + line[end:]
    if len(line) > width and runs and runs[-1].end() - runs[-1].start() > len(line) - width:
        end = runs[-1].end()
        return line[: end - (len(line) - width)] + line[end:]
    return line.ljust(width, "<")[:width]


def forced(kind: str, rows: tuple[str, ...]) -> tuple[str, ...]:
    """Characters that their place forbids become their look-alike: digits in dates and checks, letters in names."""
    layout = LAYOUTS[kind]
    for name in DIGITS:
        rows = _put(rows, layout.fields[name], _cut(rows, layout.fields[name]).translate(TO_DIGIT))
    for place, _ in layout.checks.values():
        rows = _put(rows, place, _cut(rows, place).translate(TO_DIGIT))
    for name in LETTERS:
        rows = _put(rows, layout.fields[name], _cut(rows, layout.fields[name]).translate(TO_LETTER))
    names = layout.fields["names"]
    tail = re.sub("(?<=<<)[<KCS]*<[<KCS]*$", lambda run: "<" * len(run[0]), _cut(rows, names))
    return _put(rows, names, tail)


def repair(kind: str, rows: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """For each failed digit try one, then two swaps of look-alikes; take it only when exactly one candidate satisfies the
    digit and, if several do, when exactly one of them satisfies the composite too. Of several numbers the only one such as
    states print (`Z1923088`, not `2192308B`) is chosen, and told. Returns (lines, mended fields, chosen fields)."""
    mended, chosen = [], []
    for name, (place, spans) in LAYOUTS[kind].checks.items():
        if name == "composite" or checks_of(kind, rows)[name]:
            continue
        for swaps in (1, 2):
            fits = list(dict.fromkeys(_swapped(kind, rows, name, spans[0], place, swaps)))
            if len(fits) > 1:
                whole = [each for each in fits if checks_of(kind, each)["composite"]]
                fits = whole or fits
                usual = [each for each in fits if name == "number" and USUAL.fullmatch(_cut(each, spans[0]))]
                if len(fits) > 1 and len(usual) == 1 and _cut(rows, LAYOUTS[kind].fields["issuer"]) not in MIXED:
                    fits, chosen = usual, [name]
            if fits:
                if len(fits) == 1:
                    rows = fits[0]
                    mended.append(name)
                break
    return rows, tuple(mended), tuple(chosen)


def _swapped(kind: str, rows: tuple[str, ...], name: str, span: Span, place: Span, swaps: int) -> Iterator[tuple[str, ...]]:
    """Every way to swap so many characters of a field, or of its check digit, that satisfies the digit."""
    text = _cut(rows, span) + _cut(rows, place)
    for where in combinations([at for at, each in enumerate(text) if each in TWINS], swaps):
        for twins in product(*(TWINS[text[at]] for at in where)):
            tried = list(text)
            for at, twin in zip(where, twins, strict=True):
                tried[at] = twin
            digits = tried if name in DIGITS else tried[-1:]
            if all(each.isdigit() for each in digits) and check_digit("".join(tried[:-1])) == int(tried[-1]):
                yield _put(_put(rows, span, "".join(tried[:-1])), place, tried[-1])


def _long_number(kind: str, rows: tuple[str, ...]) -> tuple[str, str]:
    """Number and optional data. In TD1 and TD2 a number of more than nine characters goes on in the optional data."""
    at = LAYOUTS[kind].fields
    number, personal = _cut(rows, at["number"]), _cut(rows, at["personal"])
    if kind != "TD3" and _cut(rows, LAYOUTS[kind].checks["number"][0]) == "<":
        rest, _, personal = personal.partition("<")
        number += rest[:-1]
    return _plain(number), _plain(personal)


def _continued(kind: str, rows: tuple[str, ...]) -> tuple[str, str]:
    at = LAYOUTS[kind].fields
    rest = _cut(rows, at["personal"]).partition("<")[0]
    return _cut(rows, at["number"]) + rest[:-1], rest[-1:]


def _date(text: str, today: date, *, past: bool) -> date | None:
    """Two digits of a year: a birth lies in the past, an expiry at most fifty years ahead. None if unknown or no date."""
    if not text.isdigit():
        return None
    year = 2000 + int(text[:2])
    if (past and (year, int(text[2:4]), int(text[4:])) > (today.year, today.month, today.day)) or year > today.year + 50:
        year -= 100
    try:
        return date(year, int(text[2:4]), int(text[4:]))
    except ValueError:
        return None


def _cut(rows: tuple[str, ...], span: Span) -> str:
    return rows[span[0]][span[1] : span[2]]


def _put(rows: tuple[str, ...], span: Span, text: str) -> tuple[str, ...]:
    line, start, end = span
    return (*rows[:line], rows[line][:start] + text + rows[line][end:], *rows[line + 1 :])


def _plain(text: str) -> str:
    return " ".join(text.replace("<", " ").split())

"""The catalogues: `python -m scripts.catalogue extract | check | compile | missing PART`.

Message ids are English and stand in the code. Each room keeps its own piece, translations/<locale>/<piece>.po; the
pieces are merged here and compiled to translations/<locale>/LC_MESSAGES/messages.mo (git-ignored). `check` fails on
a sentence without its Chinese, on two pieces that disagree, on placeholders that differ, on a sentence that no code
says any more. Locales other than zh_Hans_CN serve the lobby only and answer for kiosk/ and templates/kiosk/.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
FULL = "zh_Hans_CN"
LOBBY = ("kiosk/", "templates/kiosk/")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "N_", "gettext", "lazy_gettext", "_l")),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "lazy_npgettext"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sdifgr]")

Key = tuple[str, str]  # (context or "", English)


@dataclass
class Said:
    """A sentence of the code: the English (a pair when it has a plural) and the places that say it."""

    msgid: str | tuple[str, str]
    places: list[tuple[str, int]] = field(default_factory=list)


def extract(root: Path) -> dict[Key, Said]:
    """Every sentence that code and templates under `root` say, in the order of their places."""
    with open(root / "babel.cfg", encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)
    said: dict[Key, Said] = {}
    rows = extract_from_dir(root, methods, options, KEYWORDS, directory_filter=_worth_a_look)
    for place, line, message, _comments, context in rows:
        msgid = (message[0], message[1]) if isinstance(message, tuple) else message
        first = msgid[0] if isinstance(msgid, tuple) else msgid
        if not first:
            continue
        entry = said.setdefault((context or "", first), Said(msgid))
        if isinstance(msgid, tuple) and not isinstance(entry.msgid, tuple):
            entry.msgid = msgid
        entry.places.append((Path(place).as_posix(), line))
    return said


def _worth_a_look(folder: str | Path) -> bool:
    name = Path(folder).name
    return not name.startswith((".", "_")) and name not in {"node_modules", "var", "static", "translations", "tests", "docs"}


def pieces(root: Path, locale: str) -> Iterator[tuple[str, Catalog]]:
    """The pieces of `locale` as (file name, catalogue); a piece that cannot be read is named and stops everything."""
    for path in sorted((root / "translations" / locale).glob("*.po")):
        try:
            with open(path, "rb") as source:
                yield path.name, read_po(source, locale=locale, abort_invalid=True)
        except (PoFileError, UnicodeDecodeError, ValueError) as broken:
            sys.exit(f"translations/{locale}/{path.name}: {broken}")


def merge(root: Path, locale: str) -> tuple[Catalog, list[str]]:
    """All pieces of `locale` as one catalogue, and a line for every disagreement between two of them."""
    whole = Catalog(locale=locale, fuzzy=False)
    origin: dict[Key, str] = {}
    quarrels = []
    for name, piece in pieces(root, locale):
        for message in piece:
            if not message.id or message.fuzzy or not _is_translated(message):
                continue
            key = _key(message)
            if key in origin and (other := whole.get(key[1], key[0] or None)) and other.string != message.string:
                quarrels.append(f"{locale}: {origin[key]} says {other.string!r} and {name} says {message.string!r} for {key[1]!r}")
                continue
            origin[key] = name
            whole.add(message.id, message.string, context=message.context)
    return whole, quarrels


def _key(message: Message) -> Key:
    return message.context or "", message.id[0] if isinstance(message.id, tuple | list) else message.id


def _strings(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


def _is_translated(message: Message) -> bool:
    return bool(_strings(message)) and all(_strings(message))


def misplaced(message: Message) -> str | None:
    """Why the translation would break or lose a value when it is filled in; None when it is sound."""
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    wanted = {found for text in ids for found in PLACEHOLDER.findall(text)}
    for text in _strings(message):
        found = set(PLACEHOLDER.findall(text))
        if found - wanted or (wanted - found and len(ids) == 1):
            return f"placeholders differ: {ids[0]!r} → {text!r}"
        if any(wanted):
            try:
                text % defaultdict(int)
            except (ValueError, TypeError, KeyError) as broken:
                return f"cannot be filled in ({broken}; a bare % is written %%): {text!r}"
    return None


def locales(root: Path) -> list[str]:
    """The locales that have at least one piece, the full one first."""
    there = {path.parent.name for path in (root / "translations").glob("*/*.po")}
    return sorted(there | {FULL}, key=lambda name: (name != FULL, name))


def lacking(said: dict[Key, Said], whole: Catalog, parts: Iterable[str] = ()) -> dict[Key, Said]:
    """The sentences without translation; only those said in a place that starts with one of `parts`, if given."""
    parts = tuple(parts)
    return {
        key: entry
        for key, entry in said.items()
        if whole.get(key[1], key[0] or None) is None and (not parts or any(place.startswith(parts) for place, _ in entry.places))
    }


def check(root: Path) -> list[str]:
    """Everything that is wrong with the catalogues, a line each; empty when they are complete."""
    said = extract(root)
    wrong = []
    for locale in locales(root):
        whole, quarrels = merge(root, locale)
        wrong += quarrels
        for (context, english), entry in lacking(said, whole, () if locale == FULL else LOBBY).items():
            place, line = entry.places[0]
            wrong.append(f"{locale}: no translation of {english!r}{f' ({context})' if context else ''}, said in {place}:{line}")
        for message in whole:
            if not message.id:
                continue
            if reason := misplaced(message):
                wrong.append(f"{locale}: {reason}")
            if _key(message) not in said:
                wrong.append(f"{locale}: nothing says {_key(message)[1]!r} any more: take it out of its piece")
    return wrong


def compile_all(root: Path) -> list[Path]:
    """Write messages.mo of every locale, each in one step, so that a running server never reads half of one."""
    written = []
    for locale in locales(root):
        whole, _ = merge(root, locale)
        target = root / "translations" / locale / "LC_MESSAGES" / "messages.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_suffix(".part")
        with open(beside, "wb") as out:
            write_mo(out, whole)
        beside.replace(target)
        written.append(target)
    return written


def stubs(entries: dict[Key, Said]) -> Catalog:
    """`entries` as an empty piece, ready to be filled in."""
    empty = Catalog(locale=FULL, fuzzy=False)
    for (context, _english), entry in entries.items():
        empty.add(entry.msgid, locations=entry.places[:2], context=context or None)
    return empty


def main(arguments: list[str]) -> int:
    """The command line; 0 when all is well, 1 when `check` found something, 2 for a wrong command."""
    match arguments:
        case ["check"]:
            wrong = check(ROOT)
            print("\n".join([*wrong, f"catalogues: {len(wrong)} to mend" if wrong else "catalogues complete"]))
            return 1 if wrong else 0
        case ["compile"]:
            print("\n".join(str(path.relative_to(ROOT)) for path in compile_all(ROOT)))
        case ["extract"]:
            write_po(sys.stdout.buffer, stubs(extract(ROOT)), omit_header=True)
        case ["missing", *parts]:
            whole, _ = merge(ROOT, FULL)
            entries = lacking(extract(ROOT), whole)
            near = {key: said for key, said in entries.items() if not parts or any(part in place for part in parts for place, _ in said.places)}
            write_po(sys.stdout.buffer, stubs(near), omit_header=True)
        case _:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

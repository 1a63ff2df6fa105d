"""Reading a file of the old system row by row: CSV in UTF-8 or GB 18030, or the first sheet of an XLSX. Nothing is held but the row at hand.

A row's position counts rows of data from 1, its line is where a person finds it in the file.
"""

import codecs
import csv
import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from workflow.cutover_columns import KINDS, code_of, kind_of
from workflow.engine import N_, Refused

ENCODINGS = ("utf-8-sig", "gb18030")
MOST_UNPACKED = 4 << 30  # bytes of an XLSX when unpacked


class Row(NamedTuple):
    """`cells` by column code; `odd` says what is wrong with the row as a whole, or is ""."""

    position: int
    line: int
    cells: dict[str, str]
    odd: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file looked at once: its content's hash, how it is written, which kind it is, and the columns in their order."""

    path: Path
    sha256: str
    encoding: str
    kind: str
    codes: tuple[str, ...]
    size: int


def look(path: Path) -> Source:
    """Read the file through once for its hash and encoding, and its first row for its kind. Raises Refused."""
    sha256, encoding = _through(path)
    heads = next(_lines(path, encoding), (1, [], ""))[1]
    codes = tuple(code_of(head) for head in heads)
    kind = kind_of({code for code in codes if code})
    if kind is None:
        nearest = max(KINDS, key=lambda k: len({c.code for c in KINDS[k]} & set(codes)))
        lacking = ", ".join(c.code for c in KINDS[nearest] if c.field.required and c.code not in codes)
        raise Refused("header", N_("%(file)s: the first row does not name the columns. It is nearest to “%(kind)s”, which lacks: %(columns)s."), file=path.name, kind=nearest, columns=lacking)
    if doubled := next((code for code in codes if code and codes.count(code) > 1), ""):
        raise Refused("header", N_("%(file)s: the column %(column)s stands there twice."), file=path.name, column=doubled)
    return Source(path, sha256, encoding, kind, codes, path.stat().st_size)


def rows(source: Source, after: int = 0) -> Iterator[Row]:
    """The rows of data beyond position `after`. Empty rows are passed over, and count."""
    lines = _lines(source.path, source.encoding)
    next(lines, None)
    for position, (line, cells, odd) in enumerate(lines, 1):
        if position <= after or not (any(cells) or odd):
            continue
        if not odd and len(cells) > len(source.codes) and any(cells[len(source.codes) :]):
            odd = N_("The row has more cells than the first row has columns.")
        yield Row(position, line, {code: cell for code, cell in zip(source.codes, cells, strict=False) if code}, odd)


def _through(path: Path) -> tuple[str, str]:
    digest, open_ways = hashlib.sha256(), {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    sheet = path.suffix.lower() == ".xlsx"
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            for name, decoder in [] if sheet else list(open_ways.items()):
                try:
                    decoder.decode(block)
                except UnicodeDecodeError:
                    del open_ways[name]
    if sheet:
        return digest.hexdigest(), "xlsx"
    if not open_ways:
        raise Refused("encoding", N_("%(file)s is neither UTF-8 nor GB 18030. Save it again as CSV in UTF-8."), file=path.name)
    return digest.hexdigest(), next(iter(open_ways))


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, list[str], str]]:
    return _sheet(path) if encoding == "xlsx" else _csv(path, encoding)


def _csv(path: Path, encoding: str) -> Iterator[tuple[int, list[str], str]]:
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        first = file.readline()
        file.seek(0)
        reader = csv.reader(file, delimiter=max(",;\t", key=first.count))
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, [], N_("The row cannot be read: a quotation mark is not closed, or it is too long.")
                continue
            yield line, [cell.strip() for cell in cells], ""


def _sheet(path: Path) -> Iterator[tuple[int, list[str], str]]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise Refused("size", N_("%(file)s is larger than any list of cases. Save it as CSV."), file=path.name)
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as broken:
        raise Refused("sheet", N_("%(file)s is no XLSX workbook that can be read."), file=path.name) from broken
    try:
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        for line, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield line, [_text(cell) for cell in cells], ""
    finally:
        book.close()


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()

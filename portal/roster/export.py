"""The roster as a table to take away. A cell that a spreadsheet would take for a formula begins with an apostrophe (CSV injection)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from portal.looks import state_look
from portal.roster.rows import Line
from workflow.engine import N_

HEADS = (
    N_("Surname"), N_("Given names"), N_("Chinese name"), N_("Nationality"), N_("Passport number"), N_("Employer"), N_("Permit number"), N_("Class"), N_("Position"),
    N_("Permit from"), N_("Permit until"), N_("Standing"), N_("Notification valid until"), N_("Electronic card"), N_("Day of entry"), N_("Residence permit from"), N_("Residence permit until"),
)  # fmt: skip
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def harmless(value: Any) -> str:
    """The text of a cell, without what no spreadsheet can hold, and never the beginning of a formula."""
    text = value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
    if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") or text.lstrip()[:1] in ("=", "+", "-", "@"):
        text = "'" + text
    return _UNWRITABLE.sub("", text)


def cells(line: Line) -> list[str]:
    permit, person, residence = line.permit, line.permit.person, line.residence
    card = gettext("registered") if line.card == "registered" else gettext("not registered")
    stay = (residence.entered_on, residence.valid_from, residence.valid_to) if residence else (None, None, None)
    said = (
        person.surname, person.given_names, person.chinese_name, person.nationality, person.passport_no, permit.employer.name, person.permit_number, permit.permit_class, permit.position,
        permit.valid_from, permit.valid_to, state_look(line.standing, kind="permit").word, line.notice_until, card, *stay,
    )  # fmt: skip
    return [harmless(value) for value in said]


def heads() -> list[str]:
    return [gettext(head) for head in HEADS]


def as_csv(lines: Iterable[Line]) -> bytes:
    """UTF-8 with its mark, as spreadsheets here expect it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(heads())
    writer.writerows(cells(line) for line in lines)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Line]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(gettext("Foreign staff")[:31])
    sheet.freeze_panes = "A2"
    for column in range(len(HEADS)):
        sheet.column_dimensions[chr(ord("A") + column)].width = 20
    sheet.append(list(_texts(sheet, heads(), bold=True)))
    for line in lines:
        sheet.append(list(_texts(sheet, cells(line))))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _texts(sheet: Any, values: Iterable[str], *, bold: bool = False) -> Iterator[WriteOnlyCell]:
    """Every cell a text: numbers of eighteen digits are no sums, and nothing is a formula."""
    for value in values:
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        if bold:
            cell.font = Font(bold=True)
        yield cell

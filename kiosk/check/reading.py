"""From what a visitor hands over to a text: typed, scanned as keys, or a picture read in the scanner's own process."""

import re

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from workflow.intake.findings import Finding
from workflow.reading import scanner

MOST_TEXT = 8192
SHOWN = re.compile(r"/c/([0-9A-HJKMNP-TV-Z]{16})(?=$|[/?#\s])", re.ASCII)
OURS = r"(?s).*/[vc]/.+|\s*[0-9]{60,2000}\s*|[0-9A-HJKMNP-TV-Z]{4} ?[0-9A-HJKMNP-TV-Z]{4} ?[0-9A-HJKMNP-TV-Z]{3}"


class Unread(Exception):
    """Nothing was handed over that can be looked up; the sentence says why, translated."""


def text_of(typed: str, picture: FileStorage | None) -> str:
    """The text to look up. Raises Unread with the sentence for the page."""
    if picture is not None and picture.filename:
        read = scanner.read(picture.stream.read(scanner.MOST_BYTES + 1), OURS)
        if read.text is None:
            raise Unread(_sentence(read.finding))
        return read.text[:MOST_TEXT]
    typed = typed.strip()
    if not typed:
        raise Unread(gettext("Type the eleven characters under the code, or choose a picture."))
    return typed[:MOST_TEXT]


def shown_code(text: str) -> str | None:
    """The one-minute code of a card, if that is what was scanned."""
    found = SHOWN.search(text)
    return found.group(1) if found else None


def _sentence(finding: Finding | None) -> str:
    if finding is None:
        return gettext("No code was found in the picture.")
    return finding.sentence(gettext)

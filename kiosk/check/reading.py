"""From what a visitor hands over to a text: typed, scanned as keys, or a picture read in the scanner's own process."""

import re

from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from workflow.intake.findings import Finding
from workflow.reading import scanner

MOST_TEXT = 8192
SHOWN = re.compile(r"/c/([0-9A-HJKMNP-TV-Z]{16})(?=$|[/?#\s])", re.ASCII)
# What a paper or a card of ours says, to be chosen among several codes in one picture; and what looks like it but is not: worth an answer, not worth a preference.
OURS = (
    r"https?://[^\s?#]{1,200}/v/[0-9A-HJKMNP-TV-Z]{11}(#[1-9][0-9]{0,1999})?|https?://[^\s?#]{1,200}/c/[0-9A-HJKMNP-TV-Z]{16}"
    r"|[1-9][0-9]{59,1999}|[0-9A-HJKMNP-TV-Z]{4} ?[0-9A-HJKMNP-TV-Z]{4} ?[0-9A-HJKMNP-TV-Z]{3}"
)
LIKE_OURS = re.compile(r"(?s).*/[vc]/.+|\s*[0-9]{60,2000}\s*")


class Unread(Exception):
    """Nothing was handed over that can be looked up; the sentence says why, translated."""


def text_of(typed: str, picture: FileStorage | None, thorough: bool = True) -> str:
    """The text to look up. Raises Unread with the sentence for the page. Not `thorough` for the frames of a camera: the next one comes."""
    if picture is not None and picture.filename:
        read = scanner.read(picture.stream.read(scanner.MOST_BYTES + 1), OURS, thorough=thorough)
        text = read.text or next((other for other in read.seen if LIKE_OURS.fullmatch(other)), None)
        if text is None:
            raise Unread(_sentence(read.finding))
        return text[:MOST_TEXT]
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

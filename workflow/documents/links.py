"""A token as decimal digits, the address in the QR, and back from whatever a reader hands over."""

import re

from .refs import normalise_ref

MOST_DIGITS = 2000

_DIGITS = re.compile(r"[1-9][0-9]{0,1999}", re.ASCII)
_RUN = re.compile(r"[0-9]{60,}", re.ASCII)
_REF_IN_PATH = re.compile(r"/v/([^/?#\s]{11,20})(?=[/?#\s]|$)", re.ASCII)
_LONGEST_SCAN = 8192


def to_digits(token: bytes) -> str:
    """The token as one decimal number. The version byte 0x01 in front keeps it free of lost zeros.

    Raises ValueError for a token of more than 2,000 digits, which no symbol at 35 mm would carry.
    """
    number = int.from_bytes(token, "big")
    if not 0 < number < 10**MOST_DIGITS:
        raise ValueError("not a token that fits a code")
    return str(number)


def from_digits(text: str) -> bytes:
    """Back to bytes. Raises ValueError for all but 1 to 2,000 ASCII digits without a leading zero."""
    if not _DIGITS.fullmatch(text):
        raise ValueError("not a token in digits")
    number = int(text)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def url(base_url: str, ref: str, token: bytes) -> str:
    """What the QR holds. The part after # never reaches a server's log."""
    return f"{base_url.rstrip('/')}/v/{ref}#{to_digits(token)}"


def split_url(text: str) -> tuple[str | None, str | None]:
    """Take (reference, digits) out of what a camera, a scanner or a keyboard hands over; either may be None.

    A scanner typing as a keyboard behind an input method may lose or widen letters and signs: the longest run of
    digits is then all there is, and the signed token carries its reference itself. A bare reference counts too.
    """
    text = _half_width(text[:_LONGEST_SCAN])
    runs = _RUN.findall(text)
    digits = max(runs, key=len) if runs else None
    if digits and not _DIGITS.fullmatch(digits):
        digits = None
    in_path = _REF_IN_PATH.search(text)
    try:
        return normalise_ref(in_path.group(1) if in_path else text), digits
    except ValueError:
        return None, digits


def _half_width(text: str) -> str:
    return "".join(chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign for sign in text)

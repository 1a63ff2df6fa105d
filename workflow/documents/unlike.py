"""What a file is that is not a paper as it was certified: in words for the person who holds it, who mostly did nothing wrong.

Only guesses from the outside of the file and, where it is a PDF, from its plainest objects; nothing here makes a file any better.
"""

import io
from typing import Any

_PICTURES = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"GIF8": "GIF", b"BM": "BMP"}
ASK = "ask for the file as it was issued"
NOT_CERTIFIED = "the file is not certified"


def why(pdf: bytes, said: str) -> str:
    """`said` is what the check of the certification found wrong; the answer is that, or what explains it better."""
    if not pdf.strip():
        return "the file is empty"
    if not pdf.startswith(b"%PDF-"):
        return _no_pdf(pdf)
    try:
        return _pdf(pdf, said)
    except Exception:  # any fault of any parser: the file is not in order, and that has been said
        return said


def _no_pdf(data: bytes) -> str:
    if b"%PDF-" in data[:1024]:
        return f"something stands in front of the PDF that was not there when it was certified: {ASK}"
    kind = next((name for begins, name in _PICTURES.items() if data.startswith(begins)), "HEIC" if data[4:12] in (b"ftypheic", b"ftypmif1") else "")
    if kind:
        return f"this is a picture ({kind}), not the paper's file: a picture carries no certification. Scan the code on it, or {ASK}"
    if data.startswith(b"PK\x03\x04"):
        return f"this is no PDF but a packed file (ZIP, or a document of an office program): {ASK}"
    return "this is no PDF, or a damaged one"


def _pdf(pdf: bytes, said: str) -> str:
    import pikepdf

    if b"%%EOF" not in pdf[-64:]:
        return f"the file was cut off, its end is missing: fetch it once more, or {ASK}"
    try:
        file = pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PasswordError:
        return f"the file is locked with a password, which no paper is when it is issued: {ASK}"
    with file:
        if file.is_encrypted:
            return f"the file is protected against copying or printing, which no paper is when it is issued: {ASK}"
        ranges = _signed(file)
        if not ranges and said.startswith(NOT_CERTIFIED):
            return f"{NOT_CERTIFIED}: it was printed to a new file or its signature was removed; {ASK}" if "facts.cbor" in file.attachments else said
    if ranges and all(not _fits(pdf, each) for each in ranges):
        return f"the file was saved anew by another program, so that its signature no longer fits: {ASK}"
    if said.startswith(NOT_CERTIFIED):
        return "the file is signed, but not as this authority certifies its papers"
    return said


def _signed(file: Any) -> list[list[int]]:
    """The byte ranges of every signature of the file."""
    fields = file.Root.get("/AcroForm", {}).get("/Fields", [])
    return [[int(number) for number in field.V.ByteRange] for field in fields if field.get("/FT") == "/Sig" and "/V" in field and "/ByteRange" in field.V]


def _fits(pdf: bytes, ranges: list[int]) -> bool:
    """The gap that the signature leaves is a string of hexadecimal digits."""
    _, before, after, rest = ranges
    return after + rest <= len(pdf) and pdf[before : before + 1] == b"<" and pdf[after - 1 : after] == b">"

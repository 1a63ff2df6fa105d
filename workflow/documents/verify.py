"""Reading a paper's file as a stranger: who certified it, whether every byte stands as it was certified, and what lies in it.

A signature covers all of a file but its own envelope. So the envelope is held to the one form that `sign` writes: capital digits, zeros behind,
DER that is written again byte for byte, no part in it that no signature vouches for. With that no byte of the file can be changed unseen.
"""

import datetime as dt
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .apart import apart
from .refs import pretty_ref
from .unlike import NOT_CERTIFIED

_BYTE_RANGE = re.compile(rb"/ByteRange \[ ?(0) (\d{1,9}) (\d{1,9}) (\d{1,9}) ?\]")
_HEX = re.compile(rb"<([0-9A-F]+)>")
_PERMIT = ("notification", "short_notification", "decision", "registration_slip", "permit_proof", "cancellation_proof")


class NotWhole(ValueError):
    """The message says, in plain words, what is not as it was certified."""


@dataclass(frozen=True)
class Certificate:
    """`by` and `issuer` are names of the certificate; `at` is when it says it signed, `timestamped` whether a timestamp authority vouches for that."""

    by: str
    issuer: str
    at: dt.datetime | None
    timestamped: bool


def certification(pdf: bytes, roots: list[Path]) -> Certificate:
    """Who certified the file, if the signature covers all of it, nothing changed since, and it leads to one of `roots` (PEM). Raises NotWhole."""
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    ranges = _ranges(pdf)
    _envelope(pdf, ranges)
    trusted = list(load_certs_from_pemder([str(root) for root in roots]))
    try:
        signature, *later = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        if later:
            raise NotWhole(f"the file was signed again after it was certified, by {_common(later[-1].signer_cert.subject)}")
        if tuple(signature.byte_range) != ranges:
            raise NotWhole("the signature does not cover the whole file: something was added or cut off")
        at = signature.self_reported_timestamp
        context = ValidationContext(trust_roots=trusted, allow_fetching=False, moment=at, best_signature_time=at)
        status = apart(validate_pdf_signature, signature, signer_validation_context=context, ts_validation_context=ValidationContext(trust_roots=trusted, allow_fetching=False))
    except NotWhole:
        raise
    except Exception as broken:
        raise NotWhole("the signature cannot be read: it was damaged") from broken
    if not (status.intact and status.valid):
        raise NotWhole("the file was changed after it was certified")
    if not status.docmdp_ok or signature.docmdp_level is None:
        raise NotWhole("the file is signed, but not certified against changes")
    cert, stamp = status.signing_cert, status.timestamp_validity
    if not status.trusted:
        raise NotWhole(f"the certificate is not one that is trusted here: it names itself {_common(cert.subject)}, vouched for by {_common(cert.issuer)}")
    data, signer = signature.signed_data, signature.signer_info
    _nothing_unvouched(data, signer, status, "data")
    tokens = [token for each in _unsigned(signer) for token in each["values"]]
    if len(tokens) > 1 or (tokens and not (stamp and stamp.intact and stamp.valid)):
        raise NotWhole("the timestamp does not hold")
    for token in tokens:
        _nothing_unvouched(token["content"], token["content"]["signer_infos"][0], stamp, "tst_info")
    return Certificate(_common(cert.subject), _common(cert.issuer), stamp.timestamp if stamp else at, bool(stamp and stamp.trusted))


def _ranges(pdf: bytes) -> tuple[int, ...]:
    """What the last signature of the file says it covers: start, end, start, length."""
    found = _BYTE_RANGE.match(pdf, pdf.rfind(b"/ByteRange"))
    if not found:
        raise NotWhole(NOT_CERTIFIED if pdf.startswith(b"%PDF-") else "this is no PDF, or a damaged one")
    return tuple(int(number) for number in found.groups())


def _envelope(pdf: bytes, ranges: tuple[int, ...]) -> None:
    """Everything outside the signature is covered by it and unchanged, and inside nothing is written in another way than ours."""
    from asn1crypto.cms import ContentInfo

    start, before, after, rest = ranges
    beyond = len(pdf) - after - rest
    if beyond > 0:
        raise NotWhole(f"the signature does not cover the whole file: {beyond} bytes were added behind it")
    if beyond < 0:
        raise NotWhole(f"the signature does not cover the whole file: {-beyond} bytes of it are missing")
    if start != 0 or not before < after:
        raise NotWhole("the signature does not cover the whole file")
    try:
        (digits,) = _HEX.fullmatch(pdf[before:after]).groups()  # type: ignore[union-attr]
        filled = bytes.fromhex(digits.decode())
        der = ContentInfo.load(filled).dump()
        (signer,) = ContentInfo.load(der)["content"]["signer_infos"]
        said = next(each["values"][0].native for each in signer["signed_attrs"] if each["type"].native == "message_digest")
        found = hashlib.new(signer["digest_algorithm"]["algorithm"].native, pdf[:before] + pdf[after:]).digest()
        changed = found != said
        same = changed or (filled == der.ljust(len(filled), b"\0") and ContentInfo.load(der, strict=True).dump(force=True) == der)
    except Exception as broken:  # any parser's any fault
        raise NotWhole("the signature's own envelope was changed") from broken
    if changed:
        raise NotWhole("the file was changed after it was certified")
    if not same:
        raise NotWhole("the signature's own envelope was changed")


def _nothing_unvouched(data: Any, signer: Any, status: Any, content: str) -> None:
    """Parts of a CMS envelope that its signature does not cover: each must be what it has to be. A timestamp that nobody here trusts may bring its own chain."""
    vouched = {cert.dump() for cert in status.validation_path or [status.signing_cert]}
    plain = [
        data["version"].native == ("v1" if content == "data" else "v3"),
        [each.dump() for each in data["digest_algorithms"]] == [signer["digest_algorithm"].dump()],
        data["encap_content_info"]["content_type"].native == content,
        content != "data" or data["encap_content_info"]["content"].native is None,
        data["crls"].native is None,
        all(cert.chosen.dump() in vouched for cert in data["certificates"]) or not status.trusted,
        signer["version"].native == "v1",
        signer["sid"].name == "issuer_and_serial_number",
        signer["sid"].chosen["issuer"].dump() == status.signing_cert.issuer.dump(),
        signer["sid"].chosen["serial_number"].native == status.signing_cert.serial_number,
        all(content == "data" and each["type"].native == "signature_time_stamp_token" for each in _unsigned(signer)),
    ]
    if not all(plain):
        raise NotWhole("the signature's own envelope was changed")


def _unsigned(signer: Any) -> list[Any]:
    return list(signer["unsigned_attrs"]) if signer["unsigned_attrs"].native else []


def _common(name: Any) -> str:
    """The name that a certificate gives, on one line: a stranger's may hold anything."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(name.native.get("common_name") or name.human_friendly))[:120]


def attachments(pdf: bytes) -> dict[str, bytes]:
    """The files embedded in a PDF, by name."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as paper:
        return {name: spec.get_file().read_bytes() for name, spec in paper.attachments.items()}


def text(pdf: bytes) -> str:
    """What stands on the pages, without spaces, in the usual forms of its signs."""
    import pypdfium2  # type: ignore[import-untyped]

    document = pypdfium2.PdfDocument(pdf)
    try:
        return plain("".join(page.get_textpage().get_text_bounded() for page in document))
    finally:
        document.close()


def plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).split())


def not_printed(facts: dict[str, Any], said: str) -> list[str]:
    """Names of the attached facts that do not stand on the page. `said` comes from `text`."""
    wanted: dict[str, str] = {name: str(facts[name]) for name in ("number", "name", "passport_last4") if name in facts}
    wanted |= {"ref": pretty_ref(str(facts["ref"])), "employer": str(facts.get("employer", "")).rstrip("…"), "issued": _day(facts["issued"])}
    if facts["kind"] in _PERMIT:
        wanted |= {name: str(facts[name]) for name in ("permit_number",) if name in facts}
        wanted |= {name: _day(facts[name]) for name in ("valid_from", "valid_to") if name in facts}
    return [name for name, value in wanted.items() if plain(value) not in said]


def _day(iso: Any) -> str:
    day = dt.date.fromisoformat(str(iso))
    return f"{day.year}年{day.month}月{day.day}日"

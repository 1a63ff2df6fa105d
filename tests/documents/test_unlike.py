"""What `papers verify` says of files that are not a paper as it was certified: each in words that tell its holder what happened."""

import io
import re

import pikepdf
import pytest
from PIL import Image

from tests.documents.samples import sample
from tests.documents.test_cose_by_others import BY_NAME
from workflow.documents import attached, render, sign, unlike, verify

TOKEN = bytes.fromhex(BY_NAME["a notification, every claim"]["token"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    return sign.ensure_demonstration(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def printed():
    return render.render("acceptance", sample("acceptance"), attached.facts_files(TOKEN, sample("acceptance")["number"]))


@pytest.fixture(scope="module")
def paper(house, printed):
    return house.certify(printed)


@pytest.fixture(scope="module")
def said(house):
    """The words about a file; "" for a good one."""

    def of(pdf):
        try:
            verify.certification(pdf, [house.p12.parent / sign.ROOT])
        except verify.NotWhole as wrong:
            return unlike.why(pdf, str(wrong))
        return ""

    return of


def _saved(pdf, **how):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.save(out, **how)
    return out.getvalue()


def _picture(kind):
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, kind)
    return out.getvalue()


def _locked(pdf, user):
    return _saved(pdf, encryption=pikepdf.Encryption(owner="owner", user=user))


PARTS = pikepdf.ObjectStreamMode
CASES = {
    "as it was issued": (lambda p, q: p, ""),
    "empty": (lambda p, q: b"", "empty"),
    "blank": (lambda p, q: b"\n\n", "empty"),
    "half of it": (lambda p, q: p[: len(p) // 2], "cut off"),
    "one line short": (lambda p, q: p[:-20], "cut off"),
    "the certification cut away": (lambda p, q: p[: len(q)], "printed to a new file or its signature was removed"),
    "a line added": (lambda p, q: p + b"% hello\n", "8 bytes were added"),
    "another paper behind it": (lambda p, q: p + q, "saved anew|does not cover|changed"),
    "in an envelope of mail": (lambda p, q: b"Content-Type: application/pdf\r\n\r\n" + p, "in front of the PDF"),
    "saved anew": (lambda p, q: _saved(p), "saved anew by another program"),
    "saved anew, packed": (lambda p, q: _saved(p, object_stream_mode=PARTS.generate), "saved anew by another program"),
    "locked": (lambda p, q: _locked(p, "user"), "locked with a password"),
    "protected": (lambda p, q: _locked(p, ""), "protected against copying"),
    "a photograph": (lambda p, q: _picture("JPEG"), r"a picture \(JPEG\)"),
    "a screen shot": (lambda p, q: _picture("PNG"), r"a picture \(PNG\)"),
    "a document": (lambda p, q: b"PK\x03\x04" + bytes(40), "packed file"),
    "a web page": (lambda p, q: b"<!doctype html><p>Sign in", "no PDF"),
    "noise called a PDF": (lambda p, q: b"%PDF-1.7\n" + bytes(range(256)) * 9, "cut off"),
    "noise with an end": (lambda p, q: b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"%%EOF", "not certified"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_wrong_file_is_told_what_it_is(said, paper, printed, case):
    made, words = CASES[case]
    answer = said(made(paper, printed))
    assert re.search(words, answer), answer
    assert bool(answer) == bool(words), answer


def test_a_strangers_certificate_is_named_and_cannot_paint_on_the_terminal(said, printed, tmp_path):
    key, cert = _stranger("Evil\x1b[2J\nGOOD")
    answer = said(_by(key, cert, printed, tmp_path))
    assert answer == "the certificate is not one that is trusted here: it names itself Evil?[2J?GOOD, vouched for by Evil?[2J?GOOD"


def test_a_file_that_was_only_signed_is_not_certified(said, house, printed):
    assert "not certified against changes" in said(_signed(printed, house, "Mine"))


def test_a_paper_that_somebody_signed_afterwards_names_who(said, paper, tmp_path, monkeypatch):
    from pyhanko.sign.signers import PdfSigner

    monkeypatch.setattr(PdfSigner, "_enforce_certification_constraints", lambda *_: None)  # a program that does not ask
    somebody = sign.ensure_demonstration(tmp_path)
    assert said(_signed(paper, somebody, "Mine")) == "the file was signed again after it was certified, by SPECIMEN 样张 demonstration papers"


def test_a_signature_in_another_form_than_ours_is_said_to_be_that(said, printed, house):
    paper = house.certify(printed)
    place = paper.rindex(b"/ByteRange [")
    odd = paper[:place] + paper[place:].replace(b"/ByteRange [", b"/ByteRange\n[", 1)
    assert said(odd) == "the file is signed, but not as this authority certifies its papers"


def _signed(pdf, signer, name):
    """An ordinary signature, as a person would add it."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    meta = signers.PdfSignatureMetadata(field_name=name, md_algorithm="sha256")
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, sign._from_file(signer.p12.read_bytes(), "")).getvalue()


def _stranger(name):
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    usage = sign._usage(digital_signature=True, content_commitment=True)
    cert = sign._certificate(sign._name(name), sign._name(name), key, 1).add_extension(usage, critical=True).sign(key, hashes.SHA256())
    return key, cert


def _by(key, cert, pdf, folder):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12

    (folder / "own.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, cert, None, serialization.NoEncryption()))
    return sign.Signer(p12=folder / "own.p12").certify(pdf)

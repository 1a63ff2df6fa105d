"""A certified paper: PDF/A-3a with its facts inside, signed once, and not one byte of it can be changed unseen."""

import asyncio
import datetime as dt
import io
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.documents.samples import sample
from tests.documents.test_cose_by_others import BY_NAME
from workflow.documents import attached, render, sign, verify
from workflow.documents.render import KINDS
from workflow.documents.verify import NotWhole

VECTOR = BY_NAME["a notification, every claim"]
TOKEN = bytes.fromhex(VECTOR["token"])


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """(the demonstration's signer, the authority to trust)"""
    folder = tmp_path_factory.mktemp("keys")
    return sign.ensure_demonstration(folder), [folder / sign.ROOT]


@pytest.fixture(scope="module")
def plain_pdf():
    return render.render("notification", sample("notification"), attached.facts_files(TOKEN, sample("notification")["number"]))


@pytest.fixture(scope="module")
def paper(house, plain_pdf):
    return house[0].certify(plain_pdf)


def test_a_paper_says_of_itself_that_it_is_pdf_a_3a_and_keeps_saying_so_when_certified(plain_pdf, paper):
    for pdf in (plain_pdf, paper):
        with pikepdf.open(io.BytesIO(pdf)) as file:
            xmp = file.open_metadata()
            assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("3", "A")
            assert file.Root.OutputIntents[0].S == "/GTS_PDFA1"
            assert (file.Root.MarkInfo.Marked, str(file.Root.Lang)) == (True, "zh-Hans")
            assert pdf[:8] == b"%PDF-1.7"
            assert file.Root.get("/Version", "/1.7") == "/1.7"
            assert not file.is_encrypted
            fonts = [each for each in file.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/FontDescriptor"]
            assert fonts
            assert all("/FontFile2" in each or "/FontFile3" in each for each in fonts)


def test_it_certifies_where_an_event_loop_is_turning_already(house, plain_pdf):
    async def within_a_loop():
        return house[0].certify(plain_pdf)

    with ThreadPoolExecutor(max_workers=1) as thread:  # this one's may be turning a browser's loop
        assert len(thread.submit(lambda: asyncio.run(within_a_loop())).result()) > len(plain_pdf)


def test_the_facts_lie_in_the_paper_once_each_as_cbor_and_json(plain_pdf):
    with pikepdf.open(io.BytesIO(plain_pdf)) as file:
        named = [(str(spec.F), str(spec.AFRelationship), str(spec.EF.F.Subtype)) for spec in file.Root.AF]
    assert named == [("facts.cbor", "/Data", "/application/cbor"), ("facts.json", "/Alternative", "/application/json")]
    files = verify.attachments(plain_pdf)
    assert files["facts.cbor"].hex() == VECTOR["payload"]
    assert attached.read(files) == {"number": sample("notification")["number"], **VECTOR["claims"]}
    assert "YB0041728" not in files["facts.json"].decode()


def test_facts_that_do_not_agree_with_each_other_are_no_facts(plain_pdf):
    files = verify.attachments(plain_pdf)
    words = json.loads(files["facts.json"]) | {"name": "SOMEBODY ELSE"}
    for wrong in ({"facts.cbor": files["facts.cbor"]}, files | {"facts.json": json.dumps(words).encode()}, files | {"facts.json": b"[]"}):
        with pytest.raises(ValueError, match=r"facts\.(json|cbor)"):
            attached.read(wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_paper_prints_what_it_carries(kind):
    """The page is compared with the facts by `papers verify`: so it must say them, whatever the kind."""
    given = sample(kind)
    facts = VECTOR["claims"] | {name: given[name] for name in ("valid_from", "valid_to", "permit_number", "name", "ref") if name in given}
    facts |= {"kind": kind, "number": given["number"], "issued": given["issued_on"], "employer": given["employer_zh"], "passport_last4": given["passport_no"][-4:]}
    said = verify.text(render.render(kind, given))
    assert verify.not_printed(facts, said) == []
    assert verify.not_printed(facts | {"name": "SOMEBODY ELSE", "issued": "2026-12-09"}, said) == ["name", "issued"]


def test_the_notification_stays_under_80_kib_before_and_100_after_the_certification(plain_pdf, paper):
    short = render.render("short_notification", sample("short_notification"), attached.facts_files(TOKEN, sample("short_notification")["number"]))
    assert max(len(plain_pdf), len(short)) <= 80 * 1024
    assert len(paper) - len(plain_pdf) < 8 * 1024


def test_a_certified_paper_names_who_certified_it_and_keeps_the_printed_bytes(house, plain_pdf, paper):
    assert paper.startswith(plain_pdf)
    found = verify.certification(paper, house[1])
    assert "SPECIMEN 样张" in found.by
    assert "SPECIMEN 样张" in found.issuer
    assert found.at is not None
    assert abs(found.at - dt.datetime.now(dt.UTC)) < dt.timedelta(hours=1)
    assert not found.timestamped


def test_the_certificate_allows_no_change_at_all(paper):
    with pikepdf.open(io.BytesIO(paper)) as file:
        assert file.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        assert file.Root.Perms.DocMDP.SubFilter == "/ETSI.CAdES.detached"


def test_one_changed_byte_anywhere_is_found(house, paper):
    """Two hundred places spread over the file, both ends, and the envelope of the signature, which no signature covers."""
    envelope = range(paper.rindex(b"/Contents <"), paper.rindex(b"/ByteRange") + 60)
    chance = random.Random(20261201)
    places = {0, 1, len(paper) - 1, len(paper) - 2, *range(0, len(paper), len(paper) // 160), *chance.sample(envelope, 40)}
    assert len(places) >= 200
    for place in sorted(places):
        changed = bytearray(paper)
        changed[place] ^= chance.choice((0x01, 0x20, 0x80, 0xFF))
        with pytest.raises(NotWhole):
            verify.certification(bytes(changed), house[1])


@pytest.mark.parametrize("how", [lambda p: p + b"\n", lambda p: p[:-1], lambda p: b" " + p, lambda p: p + p, lambda p: p[: len(p) // 2], lambda p: b""])
def test_what_is_added_or_cut_off_is_found(house, paper, how):
    with pytest.raises(NotWhole):
        verify.certification(how(paper), house[1])


def test_an_appended_revision_that_paints_over_the_page_is_found(house, paper):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    writer.root["/Lang"] = writer.root["/Pages"]
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(NotWhole, match="whole file"):
        verify.certification(out.getvalue(), house[1])


def test_an_uncertified_paper_and_one_of_another_authority_are_told_apart(house, plain_pdf, tmp_path):
    with pytest.raises(NotWhole, match="not certified"):
        verify.certification(plain_pdf, house[1])
    stranger = sign.ensure_demonstration(tmp_path)
    with pytest.raises(NotWhole, match="not one that is trusted"):
        verify.certification(stranger.certify(plain_pdf), house[1])
    with pytest.raises(NotWhole, match="not one that is trusted"):
        verify.certification(stranger.certify(plain_pdf), [])


def test_a_signer_that_is_not_there_says_so_and_gives_nothing(plain_pdf, house, tmp_path):
    for signer in (sign.Signer(), sign.Signer(p12=tmp_path / "none.p12"), sign.Signer(p12=house[0].p12, timestamp_url="http://127.0.0.1:9/tsa"), sign.Signer(pkcs11=tmp_path / "none.json")):
        with pytest.raises(sign.CannotCertify):
            signer.certify(plain_pdf)


def test_a_timestamp_vouches_for_the_time_and_no_byte_of_it_can_be_changed(plain_pdf, house, tmp_path, monkeypatch):
    stamper, root = _timestamper(tmp_path)
    monkeypatch.setattr(sign.Signer, "_timestamper", lambda _self: stamper)
    stamped = house[0].certify(plain_pdf)
    found = verify.certification(stamped, [*house[1], root])
    assert found.timestamped
    assert not verify.certification(stamped, house[1]).timestamped  # an authority of time that nobody here trusts
    envelope = range(stamped.rindex(b"/Contents <"), stamped.rindex(b"/ByteRange"))
    for place in random.Random(1).sample(envelope, 12):
        changed = bytearray(stamped)
        changed[place] ^= 1
        with pytest.raises(NotWhole):
            verify.certification(bytes(changed), [*house[1], root])


def _timestamper(folder):
    """pyHanko's own timestamp authority for tests, with a certificate made here."""
    from asn1crypto import keys
    from asn1crypto import x509 as asn1
    from pyhanko.sign.timestamps import DummyTimeStamper
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = rsa.generate_private_key(65537, 2048)  # the stand-in can do no other
    name = sign._name("SPECIMEN time")
    purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    cert = sign._certificate(name, name, key, 1).add_extension(purpose, critical=True).add_extension(sign._usage(digital_signature=True), critical=True).sign(key, hashes.SHA256())
    (folder / "time.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    der = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    stamper = DummyTimeStamper(asn1.Certificate.load(cert.public_bytes(serialization.Encoding.DER)), keys.PrivateKeyInfo.load(der), SimpleCertificateStore())
    return stamper, folder / "time.pem"


def test_a_password_opens_the_production_file(plain_pdf, house, tmp_path):
    key, cert, others = pkcs12.load_key_and_certificates(house[0].p12.read_bytes(), None)
    locked = pkcs12.serialize_key_and_certificates(b"x", key, cert, others, serialization.BestAvailableEncryption(b"right"))
    (tmp_path / "own.p12").write_bytes(locked)
    assert verify.certification(sign.Signer(p12=tmp_path / "own.p12", password="right").certify(plain_pdf), house[1]).by
    with pytest.raises(sign.CannotCertify):
        sign.Signer(p12=tmp_path / "own.p12", password="wrong").certify(plain_pdf)


def test_the_authority_keeps_no_private_key_and_the_signers_is_its_owners_alone(house):
    folder = house[0].p12.parent
    assert (folder / sign.SIGNER).stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in (folder / sign.ROOT).read_bytes()
    before = (folder / sign.SIGNER).read_bytes()
    assert sign.ensure_demonstration(folder).p12.read_bytes() == before

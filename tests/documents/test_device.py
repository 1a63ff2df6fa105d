"""Papers certified by a device: SoftHSM's token (Debian's softhsm2), a real PKCS#11 module with a key that does not come out."""

import io
import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pikepdf
import pytest
from asn1crypto.cms import ContentInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from tests.documents.samples import sample
from workflow.documents import render, sign, verify

MODULES = [path for path in (Path("/usr/lib/softhsm/libsofthsm2.so"), *Path("/usr/lib").glob("*/softhsm/libsofthsm2.so")) if path.exists()]
pytestmark = pytest.mark.skipif(not MODULES, reason="no token of software here: apt package softhsm2")
PIN, RAW, PEM = "4321", serialization.NoEncryption(), serialization.Encoding.PEM


@pytest.fixture(scope="module")
def pdf():
    return render.render("acceptance", sample("acceptance"))


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with a P-256 and an RSA key, their certificates and a stranger's; the folder also holds paper-ca.pem and cert.pem."""
    folder = tmp_path_factory.mktemp("device")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")  # read once, when the module is loaded
    _tool("--init-token", "--free", "--label", "papers", "--so-pin", "12345678", "--pin", PIN)
    root, p12 = sign._demonstration()
    key, cert, _ = pkcs12.load_key_and_certificates(p12, None)
    stranger = pkcs12.load_key_and_certificates(sign._demonstration()[1], None)[1]
    certs = {"paper cert": cert, "root": x509.load_pem_x509_certificate(root), "stranger": stranger}
    other = rsa.generate_private_key(65537, 2048)
    name = sign._name("SPECIMEN RSA")
    own = sign._certificate(name, name, other, 1).add_extension(sign._usage(digital_signature=True, content_commitment=True), critical=True)
    certs["rsa cert"] = own.sign(other, hashes.SHA256())
    for label, number, kept in (("paper key", "01", key), ("rsa key", "02", other)):
        (folder / "key.pem").write_bytes(kept.private_bytes(PEM, serialization.PrivateFormat.PKCS8, RAW))
        _tool("--import", str(folder / "key.pem"), "--token", "papers", "--label", label, "--id", number, "--pin", PIN)
    (folder / "key.pem").unlink()
    (folder / sign.ROOT).write_bytes(root)
    (folder / "rsa.pem").write_bytes(certs["rsa cert"].public_bytes(PEM))
    (folder / "cert.pem").write_bytes(cert.public_bytes(PEM))
    _lay_down(certs)
    return folder


def _tool(*words):
    subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, timeout=60)


def _lay_down(certs):
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    with pkcs11.lib(str(MODULES[0])).get_token(token_label="papers").open(user_pin=PIN, rw=True) as session:
        for label, cert in certs.items():
            session.create_object({**decode_x509_certificate(cert.public_bytes(serialization.Encoding.DER)), pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label})


@pytest.fixture
def device(token, tmp_path):
    """The signer whose settings are the usual ones with these changes; None takes one away."""

    def signer(**changes):
        usual = {"module-path": str(MODULES[0]), "token-criteria": {"label": "papers"}, "cert-label": "paper cert", "key-label": "paper key", "user-pin": PIN}
        said = usual | {name.replace("_", "-"): value for name, value in changes.items()}
        (tmp_path / "device.json").write_text(json.dumps({name: value for name, value in said.items() if value is not None or name == "other-certs-to-pull"}))
        return sign.Signer(pkcs11=tmp_path / "device.json")

    return signer


@pytest.mark.parametrize("said", [{}, {"token_criteria": None, "slot_no": 0}, {"user_pin": int(PIN)}, {"raw_mechanism": True}, {"other_certs_to_pull": None}])
def test_a_device_certifies_and_the_paper_is_as_good_as_any(device, token, pdf, said):
    paper = device(**said).certify(pdf)
    assert paper.startswith(pdf)
    assert verify.certification(paper, [token / sign.ROOT]).by == "SPECIMEN 样张 demonstration papers"
    assert len(paper) - len(pdf) < 8 * 1024


def test_the_certificate_may_lie_beside_the_settings_and_the_key_alone_in_the_device(device, token, pdf):
    paper = device(cert_label=None, signing_certificate=str(token / "cert.pem")).certify(pdf)
    assert verify.certification(paper, [token / sign.ROOT]).by


def test_a_device_with_an_rsa_key_certifies_too(device, token, pdf):
    paper = device(cert_label="rsa cert", key_label="rsa key").certify(pdf)
    assert verify.certification(paper, [token / "rsa.pem"]).by == "SPECIMEN RSA"


def test_neither_the_root_nor_a_stranger_of_the_same_token_gets_into_the_paper(device, pdf):
    for paper in (device(other_certs_to_pull=None).certify(pdf), device(other_certs_to_pull=["stranger", "root"]).certify(pdf)):
        assert _embedded(paper) == ["SPECIMEN 样张 demonstration papers"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"user_pin": "9999"}, "PinIncorrect"), ({"user_pin": None}, "private key"), ({"token_criteria": {"label": "another"}}, "token"), ({"key_label": "none"}, "private key"),
        ({"cert_label": "none"}, "certificate"), ({"module_path": "/none.so"}, "/none.so"), ({"cert_label": "rsa cert"}, "GeneralError"), ({"cert_label": "stranger"}, "do not belong together"), ({"slot_no": 7}, "slot|Slot"), ({"sort": 1}, "sort"),
    ],
)  # fmt: skip
def test_a_device_that_cannot_says_why_and_gives_nothing(device, pdf, said, why):
    with pytest.raises(sign.CannotCertify, match=why):
        device(**said).certify(pdf)


def test_several_threads_take_turns_and_a_child_process_has_a_session_of_its_own(device, token, pdf):
    signer = device()
    with ThreadPoolExecutor(max_workers=3) as pool:
        papers = list(pool.map(signer.certify, [pdf] * 4))
    assert all(verify.certification(paper, [token / sign.ROOT]) for paper in papers)
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if signer.certify(pdf).startswith(pdf) else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_p12_file_may_hold_strangers_and_the_root_and_only_what_leads_to_the_root_gets_into_the_paper(pdf, tmp_path):
    names = [sign._name(f"SPECIMEN {each}") for each in ("root", "middle", "papers")]
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in names]
    certs = []
    for nth, (name, key) in enumerate(zip(names, keys, strict=True)):
        above = max(nth - 1, 0)
        usage = sign._usage(digital_signature=True, content_commitment=True) if nth == 2 else sign._usage(key_cert_sign=True, crl_sign=True)
        made = sign._certificate(name, names[above], key, 2).add_extension(x509.BasicConstraints(ca=nth < 2, path_length=None), critical=True)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[above].public_key())
        certs.append(made.add_extension(usage, critical=True).add_extension(issuer, critical=False).sign(keys[above], hashes.SHA256()))
    stranger = pkcs12.load_key_and_certificates(sign._demonstration()[1], None)[1]
    (tmp_path / "full.p12").write_bytes(pkcs12.serialize_key_and_certificates(b"x", keys[2], certs[2], [stranger, *certs[:2]], RAW))
    (tmp_path / "root.pem").write_bytes(certs[0].public_bytes(PEM))
    paper = sign.Signer(p12=tmp_path / "full.p12").certify(pdf)
    assert verify.certification(paper, [tmp_path / "root.pem"]).issuer == "SPECIMEN middle"
    assert sorted(_embedded(paper)) == ["SPECIMEN middle", "SPECIMEN papers"]


def _embedded(paper):
    with pikepdf.open(io.BytesIO(paper)) as file:
        held = ContentInfo.load(bytes(file.Root.Perms.DocMDP.Contents))["content"]["certificates"]
    return [each.chosen.subject.native["common_name"] for each in held]

"""Certifying a finished PDF: PAdES with pyHanko, no changes allowed afterwards (DocMDP 1). The bytes of the paper stay as they are, the signature
is appended.

In a demonstration the certificate is our own: an authority that says SPECIMEN 样张, whose private key is thrown away as soon as it has signed the
one certificate that papers are signed with. In production a PKCS#12 file or, with pyHanko's own settings, a PKCS#11 device signs.
"""

import datetime as dt
import io
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from . import device, keyfiles
from .apart import apart

FIELD = "Certification"
ROOT, SIGNER = "paper-ca.pem", "paper-signer.p12"
_YEARS_ROOT, _YEARS_SIGNER = 20, 10


class CannotCertify(ConnectionError):
    """The signer or the timestamp does not answer, or is not set up: the paper waits and is printed again. The message says what is missing."""


@dataclass(frozen=True)
class Signer:
    """Where the certificate is. `p12` a PKCS#12 file; `pkcs11` a JSON file with pyHanko's PKCS#11 settings; `timestamp_url` of an RFC 3161 server."""

    p12: Path | None = None
    password: str = ""
    pkcs11: Path | None = None
    timestamp_url: str = ""

    def certify(self, pdf: bytes) -> bytes:
        """The PDF with its certification appended. Raises CannotCertify: whoever prints tries again later."""
        from pyhanko.sign import fields, signers

        meta = signers.PdfSignatureMetadata(
            field_name=FIELD, md_algorithm="sha256", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES,
            subfilter=fields.SigSeedSubFilter.PADES,
        )  # fmt: skip
        try:
            with self._open() as signer:
                done: io.BytesIO = apart(signers.sign_pdf, _appending(pdf), meta, signer, timestamper=self._timestamper())
        except Exception as failure:  # a device, a file or a server outside may fail in any way; the decision stands meanwhile
            raise CannotCertify(f"the paper cannot be certified now: {type(failure).__name__}: {failure}") from failure
        return done.getvalue()

    def _open(self) -> AbstractContextManager[Any]:
        if self.pkcs11 is not None:
            return device.opened(self.pkcs11)
        if self.p12 is None:
            raise CannotCertify("no certificate is set up: SIGNER_P12 or SIGNER_PKCS11")
        return nullcontext(_from_file(self.p12.read_bytes(), self.password))

    def _timestamper(self) -> Any:
        if not self.timestamp_url:
            return None
        from pyhanko.sign.timestamps import HTTPTimeStamper

        return HTTPTimeStamper(self.timestamp_url, timeout=10)


def _appending(pdf: bytes) -> Any:
    """A writer that leaves the version at 1.7, as PDF/A-3 has it; pyHanko would say 2.0 for the sake of the curve."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Appending(IncrementalPdfFileWriter):
        def ensure_output_version(self, version: tuple[int, int]) -> None:
            pass

    return Appending(io.BytesIO(pdf))


def _from_file(p12: bytes, password: str) -> Any:
    from pyhanko.sign.signers import SimpleSigner

    signer = SimpleSigner.load_pkcs12_data(p12, other_certs=[], passphrase=password.encode() or None)
    registry = type(signer.cert_registry)()  # nothing lies in the file that no signature vouches for
    registry.register_multiple(device.chain(signer.signing_cert, signer.cert_registry))
    return SimpleSigner(signer.signing_cert, signer.signing_key, registry)


def ensure_demonstration(folder: Path) -> Signer:
    """The demonstration's certificate, made once: paper-ca.pem (public) and paper-signer.p12 (0600). Safe with several processes at once."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / SIGNER).exists():
        with keyfiles.locked(folder):
            if not (folder / SIGNER).exists():
                root, p12 = _demonstration()
                keyfiles.write(folder / ROOT, root)
                keyfiles.write(folder / SIGNER, p12)
    return Signer(p12=folder / SIGNER)


def _demonstration() -> tuple[bytes, bytes]:
    """(PEM of the authority, PKCS#12 of the signer). The authority's private key is not kept."""
    authority, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer, subject = _name("SPECIMEN 样张 demonstration authority"), _name("SPECIMEN 样张 demonstration papers")
    root = (
        _certificate(issuer, issuer, authority, _YEARS_ROOT)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(authority, hashes.SHA256())
    )
    leaf = (
        _certificate(subject, issuer, own, _YEARS_SIGNER)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    p12 = pkcs12.serialize_key_and_certificates(b"papers", own, leaf, [root], serialization.NoEncryption())
    return root.public_bytes(serialization.Encoding.PEM), p12


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, years: int) -> x509.CertificateBuilder:
    begun = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), begun, begun + dt.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )  # fmt: skip


def _usage(**wanted: bool) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})

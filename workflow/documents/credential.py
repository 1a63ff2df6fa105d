"""Signed facts: 0x01 ‖ COSE_Sign1 (RFC 9052), ES256, the key's id in the protected header.

A `Keyring` holds several P-256 keys at once. Keys lie outside the database, one PEM file each, with their states
beside them in keys.json: ``active`` signs (the newest does) and verifies, ``retired`` only verifies, ``revoked``
neither: what it signed proves nothing any more.
Only our own encoding is accepted: the algorithm comes from here and not from the token, the header is compared byte
for byte, and of the two signatures that ECDSA allows the smaller one counts.
A second algorithm (SM2) would be a second version byte with a keyring of its own behind the same two verbs.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cbor2
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cwt import COSE, COSEKey, VerifyError
from cwt.cose_key_interface import COSEKeyInterface

from . import keyfiles
from .links import MOST_DIGITS, from_digits, split_url, to_digits, url

__all__ = ["ACTIVE", "RETIRED", "REVOKED", "Keyring", "Verdict", "from_digits", "split_url", "to_digits", "url"]

VERSION = 0x01
ACTIVE, RETIRED, REVOKED = "active", "retired", "revoked"

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256, FIPS 186-5
_ES256 = -7
_TYPE = {16: 61}  # RFC 9596 typ: application/cwt, so that nothing else these keys sign is taken for a paper


@dataclass(frozen=True)
class Verdict:
    """What a token is worth: `outcome` is genuine, altered, revoked, unknown_key or malformed.

    `payload` is there for genuine alone. Whether the paper is still in force is for the database to say.
    """

    payload: bytes | None
    kid: str | None
    outcome: str


@dataclass(frozen=True)
class Key:
    """One key with its objects made once (making them takes longer than signing)."""

    kid: str
    state: str
    public: ec.EllipticCurvePublicKey
    signer: COSEKeyInterface | None  # None where only the public half is kept
    verifier: COSEKeyInterface


class Keyring:
    """The keys this house signs with, and those it once signed with."""

    def __init__(self, entries: Iterable[tuple[str, bytes, str]], folder: Path | None = None):
        """`entries` are (key id, PEM private or public, state), oldest first; `folder` is where they were read, if anywhere."""
        self._folder, self._stamp = folder, keyfiles.stamp(folder) if folder else None
        self._keys = {kid: _key(kid, pem, state) for kid, pem, state in entries}
        self._cose = COSE.new(deterministic_header=True)

    @classmethod
    def load(cls, folder: Path) -> "Keyring":
        """Read keys.json and the PEM files beside it. Raises FileNotFoundError where there are none."""
        while True:
            before = keyfiles.stamp(folder)
            keys = cls(keyfiles.read(folder), folder)
            if keys._stamp == before:
                return keys

    def fresh(self) -> "Keyring":
        """These keys, or those of the folder as it is now: a command may have added, retired or revoked one meanwhile."""
        return self if self._folder is None or keyfiles.stamp(self._folder) == self._stamp else self.load(self._folder)

    @classmethod
    def create(cls, folder: Path, kid: str | None = None) -> "Keyring":
        """Add a new active key to the folder (files 0600, folder 0700) and load all. It signs from now on.

        Without `kid` the first six hexadecimal digits of the public key's SHA-256 name it.
        """
        private = ec.generate_private_key(ec.SECP256R1())
        keyfiles.add(folder, kid or _kid(private.public_key()), _pem(private), ACTIVE)
        return cls.load(folder)

    @classmethod
    def ensure(cls, folder: Path) -> "Keyring":
        """Load the keys; where there are none yet, make the first. Safe with several processes starting at once."""
        if not (folder / "keys.json").exists():
            private = ec.generate_private_key(ec.SECP256R1())
            keyfiles.add(folder, _kid(private.public_key()), _pem(private), ACTIVE, only_first=True)
        return cls.load(folder)

    @classmethod
    def mark(cls, folder: Path, kid: str, state: str) -> "Keyring":
        """Retire or revoke a key (or bring it back) and load all. Raises KeyError for an unknown key."""
        if state not in (ACTIVE, RETIRED, REVOKED):
            raise ValueError(state)
        keyfiles.mark(folder, kid, state)
        return cls.load(folder)

    @property
    def states(self) -> dict[str, str]:
        """Key ids with their states, oldest first."""
        return {key.kid: key.state for key in self._keys.values()}

    @property
    def signing(self) -> str | None:
        """The id of the key that signs now: the newest active one with a private half. None if there is none."""
        return next((key.kid for key in reversed(self._keys.values()) if key.state == ACTIVE and key.signer), None)

    def sign(self, payload: bytes) -> bytes:
        """0x01 ‖ COSE_Sign1 over the payload by the newest active key. Raises LookupError without one."""
        kid = self.signing
        if kid is None:
            raise LookupError("no active signing key")
        signed = self._cose.encode_and_sign(payload, self._keys[kid].signer, protected=_header(kid), unprotected={})
        assert isinstance(signed, bytes)
        return bytes([VERSION]) + signed[:-32] + _smaller(signed[-32:])

    def verify(self, token: bytes) -> Verdict:
        """Never raises: every input has one of the five outcomes."""
        try:
            kid, payload, signature = _open(token)
        except (cbor2.CBORError, ValueError, TypeError, IndexError, KeyError, AttributeError, RecursionError):
            return Verdict(None, None, "malformed")
        key = self._keys.get(kid)
        if key is None:
            return Verdict(None, kid, "unknown_key")
        if signature[32:] != _smaller(signature[32:]) or not self._holds(token, key):
            return Verdict(None, kid, "altered")
        if key.state == REVOKED:
            return Verdict(None, kid, "revoked")
        return Verdict(payload, kid, "genuine")

    def jwks(self) -> dict:
        """The public keys as a JSON Web Key Set (RFC 7517). Revoked keys are left out."""
        return {"keys": [_jwk(key) for key in self._published()]}

    def cose_keys(self) -> bytes:
        """The public keys as a COSE_KeySet (RFC 9052, section 7), CBOR. Revoked keys are left out."""
        rows = []
        for key in self._published():
            x, y = _point(key.public)
            rows.append({1: 2, 2: key.kid.encode(), 3: _ES256, 4: [2], -1: 1, -2: x, -3: y})
        return cbor2.dumps(rows, canonical=True)

    def _published(self) -> list[Key]:
        return [key for key in self._keys.values() if key.state != REVOKED]

    def _holds(self, token: bytes, key: Key) -> bool:
        try:
            self._cose.decode(token[1:], key.verifier)
        except (VerifyError, ValueError):
            return False
        return True


def payload_of(token: bytes) -> bytes:
    """The facts in a token of our own store, whatever became of its key. Proves nothing: for what others show, `Keyring.verify`."""
    return _open(token)[1]


def _open(token: bytes) -> tuple[str, bytes, bytes]:
    """(key id, payload, signature) of a token written exactly as `sign` writes it; raises otherwise."""
    if token[0] != VERSION or len(token) > MOST_DIGITS:
        raise ValueError("version")
    tag = cbor2.loads(token[1:])
    protected, _, payload, signature = tag.value
    kid = cbor2.loads(protected)[4].decode("ascii")
    header = cbor2.dumps(_header(kid), canonical=True)
    ours = cbor2.dumps(cbor2.CBORTag(18, [header, {}, payload, signature]), canonical=True)
    if ours != token[1:] or not isinstance(payload, bytes) or len(signature) != 64:
        raise ValueError("encoding")
    return kid, payload, signature


def _header(kid: str) -> dict:
    return {1: _ES256, 4: kid.encode("ascii")} | _TYPE


def _smaller(s: bytes) -> bytes:
    number = int.from_bytes(s, "big")
    return min(number, _ORDER - number).to_bytes(32, "big") if 0 < number < _ORDER else s


def _key(kid: str, pem: bytes, state: str) -> Key:
    load: Callable[[bytes], object] = serialization.load_pem_public_key
    if b"PRIVATE KEY" in pem:
        load = partial(serialization.load_pem_private_key, password=None)
    private = load(pem)
    public = private.public_key() if isinstance(private, ec.EllipticCurvePrivateKey) else private
    if not isinstance(public, ec.EllipticCurvePublicKey) or not isinstance(public.curve, ec.SECP256R1):
        raise ValueError(f"key {kid} is not a P-256 key")
    x, y = _point(public)
    half = {1: 2, 2: kid.encode("ascii"), 3: _ES256, -1: 1, -2: x, -3: y}
    signer = None
    if isinstance(private, ec.EllipticCurvePrivateKey):
        d = private.private_numbers().private_value.to_bytes(32, "big")
        signer = COSEKey.new(half | {4: [1], -4: d})
    return Key(kid, state, public, signer, COSEKey.new(half | {4: [2]}))


def _point(public: ec.EllipticCurvePublicKey) -> tuple[bytes, bytes]:
    numbers = public.public_numbers()
    return numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")


def _jwk(key: Key) -> dict:
    x, y = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in _point(key.public))
    return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": key.kid, "x": x, "y": y}


def _kid(public: ec.EllipticCurvePublicKey) -> str:
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:6]


def _pem(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())

"""Papers certified by a device (PKCS#11): a hardware security module, a token, a card. Its key never leaves it.

The settings are pyHanko's own (`pyhanko.config.pkcs11`) as JSON; docs/runbook.md has an example. Two things are seen to here: a device that signs
hashes but does not hash (many know ECDSA only so) is asked in its own way, and one paper is signed at a time, since a process is
logged in to a token as a whole: one thread's farewell would log the others out.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_one_at_a_time = threading.Lock()
_HASHING = {"ec": ("ECDSA_SHA256", "ECDSA"), "rsa": ("SHA256_RSA_PKCS", "RSA_PKCS")}


@contextmanager
def opened(settings: Path) -> Iterator[Any]:
    """A pyHanko signer as long as the device's session is open. Raises whatever the file, the module or the device has to say."""
    from cryptography.exceptions import InvalidSignature
    from pyhanko.config.pkcs11 import PKCS11PinEntryMode, PKCS11SignatureConfig
    from pyhanko.sign.pkcs11 import PROTECTED_AUTH, PKCS11Signer, open_pkcs11_session
    from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

    class OfDevice(PKCS11Signer):
        """Embeds, besides its own, the certificates that lead towards the root, whatever else the token holds."""

        @property
        def cert_registry(self) -> Any:
            held = super().cert_registry
            registry = type(held)()
            registry.register_multiple(chain(self.signing_cert, held))
            return registry

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            """Nothing leaves that the certificate does not vouch for: labels may name a key and a certificate of different pairs."""
            signature: bytes = await super().async_sign_raw(data, digest_algorithm, dry_run)
            if not dry_run:
                try:
                    DefaultSignatureValidator().validate_signature(signature, data, self.signing_cert.public_key, self.get_signature_mechanism_for_digest(digest_algorithm))
                except InvalidSignature:
                    raise ValueError("the device's key and the certificate do not belong together") from None
            return signature

        def estimate_raw_signature_size_bytes(self) -> int:
            """As large as its key makes it; pyHanko would keep half a kilobyte free, twice, in every paper."""
            key = self.signing_cert.public_key
            return max(2 * (key.bit_size // 8 + 8) if key.algorithm == "ec" else key.bit_size // 8 + 1, 72)

    said = json.loads(settings.read_text())
    config = PKCS11SignatureConfig.from_config(said)
    pin: Any = str(config.user_pin) if config.user_pin is not None else None
    if pin is None and config.prompt_pin == PKCS11PinEntryMode.DEFER:
        pin = PROTECTED_AUTH
    with _one_at_a_time:
        session = open_pkcs11_session(config.module_path, slot_no=config.slot_no, token_criteria=config.token_criteria, user_pin=pin)
        try:
            signer = OfDevice(
                session, config.cert_label, signing_cert=config.signing_certificate, ca_chain=config.other_certs, key_label=config.key_label,
                key_id=config.key_id, cert_id=config.cert_id, prefer_pss=config.prefer_pss, other_certs_to_pull=config.other_certs_to_pull,
                bulk_fetch=config.bulk_fetch, use_raw_mechanism=config.raw_mechanism, signature_mechanism=config.signature_mechanism,
            )  # fmt: skip
            if not {"raw-mechanism", "raw_mechanism"} & set(said):
                signer.use_raw_mechanism = _hashes_alone(session, signer.signing_cert.public_key.algorithm)
            yield signer
        finally:
            session.close()


def _hashes_alone(session: Any, algorithm: str) -> bool:
    """The token signs a hash that it is given and does not make it."""
    known = {getattr(each, "name", "") for each in session.token.slot.get_mechanisms()}
    whole, alone = _HASHING.get(algorithm, ("", ""))
    return whole not in known and alone in known


def chain(cert: Any, others: Iterable[Any]) -> list[Any]:
    """Who vouches for `cert`, among `others`, up to below the root: a reader trusts its own copy of that. asn1crypto certificates."""
    found, left = [cert], [each for each in others if each.self_signed == "no"]
    while issuer := next((each for each in left if each.subject == found[-1].issuer and each not in found), None):
        found.append(issuer)
    return found[1:]

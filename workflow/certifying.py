"""Which certificate the papers are certified with, by the settings; and which authorities `flask papers verify` trusts.

Production names a PKCS#12 file or a PKCS#11 device; elsewhere a demonstration certificate is made once beside the keys.
"""

from pathlib import Path

from flask import current_app

from workflow.documents import sign


def signer() -> sign.Signer:
    settings = current_app.config["PORTAL"]
    if settings.signer_p12 or settings.signer_pkcs11:
        return sign.Signer(_path(settings.signer_p12), settings.signer_p12_password, _path(settings.signer_pkcs11), settings.timestamp_url)
    if settings.mode == "production":
        return sign.Signer()  # refuses to certify: papers wait
    made = sign.ensure_demonstration(settings.keys_dir)
    return sign.Signer(p12=made.p12, timestamp_url=settings.timestamp_url)


def roots() -> list[Path]:
    """PEM files of the authorities that are trusted: SIGNER_ROOTS, or the demonstration's own."""
    settings = current_app.config["PORTAL"]
    if settings.signer_roots:
        return [Path(settings.signer_roots)]
    own = Path(settings.keys_dir) / sign.ROOT
    return [own] if own.exists() else []


def _path(text: str) -> Path | None:
    return Path(text) if text else None

"""Settings, frozen, read from the environment once. Production refuses default secrets."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

MODES = ("demonstration", "testing", "production")


class Misconfigured(RuntimeError):
    """A setting that must not be as it is; the sentence names it and the way out."""


@dataclass(frozen=True)
class Settings:
    """`mode` demonstration loads invented data and shows messages that would be sent; production refuses to start on its secrets."""

    data_dir: Path
    mode: str = "demonstration"
    base_url: str = "http://127.0.0.1:8000"
    port: int = 8000
    secret_key: str = field(default="", repr=False)
    database_url: str = ""
    files_url: str = ""
    keys_dir: Path = Path()
    signer_p12: str = ""
    signer_p12_password: str = field(default="", repr=False)
    signer_pkcs11: str = ""
    signer_roots: str = ""
    timestamp_url: str = ""
    inline_jobs: bool = False
    proxies: int = 0
    registry_url: str = ""
    registry_token: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)
    smtp_from: str = ""
    quota_case_mb: int = 200
    quota_employer_mb: int = 20_000
    antivirus: str = ""
    help_phones: str = "010-84233515、010-84233569"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        return self.base_url.split("://", 1)[-1].rstrip("/")


def from_environment(environ: os._Environ[str] | dict[str, str] = os.environ) -> Settings:
    """Read DATA_DIR, MODE, BASE_URL, PORT, SECRET_KEY, DATABASE_URL, FILES_URL, KEYS_DIR, SIGNER_P12, SIGNER_P12_PASSWORD, SIGNER_PKCS11, SIGNER_ROOTS,
    TIMESTAMP_URL, INLINE_JOBS, PROXIES, REGISTRY_URL, REGISTRY_TOKEN, SMTP_URL,
    SMTP_FROM, QUOTA_CASE_MB, QUOTA_EMPLOYER_MB (stored files, megabytes), ANTIVIRUS ("clamd:/path/of/socket", "clamd:host:port" or "command:…"), HELP_PHONES."""
    data_dir = Path(environ.get("DATA_DIR") or "var").resolve()
    mode = environ.get("MODE") or "demonstration"
    if mode not in MODES:
        raise Misconfigured(f"MODE is {mode!r}; it must be one of {', '.join(MODES)}.")
    port = int(environ.get("PORT") or 8000)
    secret = environ.get("SECRET_KEY") or _kept_secret(data_dir, mode)
    if mode == "production":
        _refuse_defaults(environ, secret)
    return Settings(
        data_dir=data_dir,
        mode=mode,
        base_url=(environ.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
        port=port,
        secret_key=secret,
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'portal.db'}",
        files_url=environ.get("FILES_URL") or f"file://{data_dir / 'files'}",
        keys_dir=Path(environ.get("KEYS_DIR") or data_dir / "keys"),
        signer_p12=environ.get("SIGNER_P12") or "",
        signer_p12_password=environ.get("SIGNER_P12_PASSWORD") or "",
        signer_pkcs11=environ.get("SIGNER_PKCS11") or "",
        signer_roots=environ.get("SIGNER_ROOTS") or "",
        timestamp_url=environ.get("TIMESTAMP_URL") or "",
        inline_jobs=environ.get("INLINE_JOBS") == "1",
        proxies=int(environ.get("PROXIES") or 0),
        registry_url=environ.get("REGISTRY_URL") or "",
        registry_token=environ.get("REGISTRY_TOKEN") or "",
        smtp_url=environ.get("SMTP_URL") or "",
        smtp_from=environ.get("SMTP_FROM") or "",
        quota_case_mb=int(environ.get("QUOTA_CASE_MB") or Settings.quota_case_mb),
        quota_employer_mb=int(environ.get("QUOTA_EMPLOYER_MB") or Settings.quota_employer_mb),
        antivirus=environ.get("ANTIVIRUS") or "",
        help_phones=environ.get("HELP_PHONES") or Settings.help_phones,
    )


def _kept_secret(data_dir: Path, mode: str) -> str:
    """Outside production a secret is made once and kept beside the data, readable by its owner only."""
    if mode == "production":
        return ""
    path = data_dir / "secret.key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
                out.write(secrets.token_hex(32))
        except FileExistsError:
            pass
    return path.read_text().strip()


def _refuse_defaults(environ: os._Environ[str] | dict[str, str], secret: str) -> None:
    if len(secret) < 32:
        raise Misconfigured("SECRET_KEY is missing or shorter than 32 characters. Production needs one of its own: python3 -c 'import secrets; print(secrets.token_hex(32))'.")
    if not environ.get("BASE_URL", "").startswith("https://"):
        raise Misconfigured("BASE_URL must be the https:// address under which the portal is reached: it is printed into every code.")
    if not environ.get("KEYS_DIR"):
        raise Misconfigured("KEYS_DIR is missing. Production keeps its signing keys apart from the data: name their folder.")
    if not (environ.get("SIGNER_P12") or environ.get("SIGNER_PKCS11")):
        raise Misconfigured("SIGNER_P12 is missing. Production certifies its papers with a certificate of its own: name the PKCS#12 file, or SIGNER_PKCS11 for a device (docs/runbook.md).")

"""Letters by SMTP. The outbox is the truth: a letter is owed until the server has taken it; a server that is down only makes it wait.

    SMTP_URL   smtp://user:password@host:587   STARTTLS is demanded on 587 and wherever there is a password (?tls=none inside a closed network)
               smtps://user:password@host:465  TLS from the first byte
    SMTP_FROM  the sender's address

A letter carries the same Message-ID each time it is tried, so that one taken twice (a connection lost after the server's yes) is known as one.
Nothing here writes an address or a letter's words into a log or an exception.
"""

import contextlib
import re
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from urllib.parse import parse_qs, unquote, urlsplit

from workflow import clock, i18n
from workflow.circuit import Circuit, Open

LINK = re.compile(r"https?://[^\s<]+")
TIMEOUT = 15.0  # seconds for each step; the outbox holds a letter for five minutes


class Waiting(ConnectionError):
    """The server is not there or asks to come again. The letter stays owed."""


class Undeliverable(ValueError):
    """This letter will never be taken: its address is none, or the server refuses it for good."""


@dataclass(frozen=True)
class Mailer:
    """Hands one letter at a time to one server."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: str = "none"  # none, starttls, implicit
    timeout: float = TIMEOUT
    circuit: Circuit = field(default_factory=lambda: Circuit("the mail server"), compare=False, repr=False)

    @classmethod
    def from_url(cls, url: str, sender: str) -> "Mailer":
        """Raises ValueError with what is wrong in the setting, never with the password."""
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465")
        asked = parse_qs(parts.query).get("tls", [""])[0]
        if asked not in ("", "none", "starttls"):
            raise ValueError("?tls= of SMTP_URL is none or starttls")
        port = parts.port or (465 if parts.scheme == "smtps" else 25)
        tls = "implicit" if parts.scheme == "smtps" else asked or ("starttls" if parts.username or port == 587 else "none")
        try:
            _address(sender)
        except Undeliverable:
            raise ValueError("SMTP_FROM must be the address that letters come from, such as portal@authority.example") from None
        return cls(parts.hostname, port, sender, unquote(parts.username or ""), unquote(parts.password or ""), tls)

    def send(self, address: str, subject: str, text: str, *, letter_id: str, locale: str) -> None:
        """Returns when the server has taken the letter. Raises Waiting or Undeliverable."""
        letter = self._letter(address, subject, text, letter_id, locale)
        try:
            self.circuit.call(lambda: self._hand_over(letter, address), Waiting)
        except Open as resting:
            raise Waiting(str(resting)) from None

    def _letter(self, address: str, subject: str, text: str, letter_id: str, locale: str) -> EmailMessage:
        letter = EmailMessage(policy=SMTP)
        try:
            letter.set_content(text)
            if locale in i18n.FROM_THE_RIGHT:  # plain text cannot say which way it runs; a reader of mail that does not guess shows the second form
                letter.add_alternative(_from_the_right(text, subject, locale), subtype="html")
            letter["To"], letter["From"] = _address(address), _address(self.sender)
            letter["Subject"] = " ".join(subject.split())
            letter["Date"], letter["Message-ID"] = format_datetime(clock.now()), f"<{letter_id}@{self.sender.rpartition('@')[2]}>"
            letter["Content-Language"] = "zh-Hans" if locale.startswith("zh") else locale.replace("_", "-")
            letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to it
        except (ValueError, MessageError, UnicodeError) as odd:
            raise Undeliverable(f"the letter cannot be written: {type(odd).__name__}") from None
        return letter

    def _hand_over(self, letter: EmailMessage, address: str) -> None:
        try:
            with self._connected() as server:
                server.send_message(letter, self.sender, [address])
        except smtplib.SMTPNotSupportedError:
            raise Undeliverable("the server does not take such an address") from None
        except smtplib.SMTPRecipientsRefused as refused:
            _refused(max((code for code, _ in refused.recipients.values()), default=450))
        except smtplib.SMTPAuthenticationError:
            raise Waiting("the server does not know us: look at SMTP_URL") from None
        except (smtplib.SMTPSenderRefused, smtplib.SMTPHeloError, smtplib.SMTPConnectError) as ours:
            raise Waiting(f"the server refuses us: {ours.smtp_code}") from None
        except smtplib.SMTPResponseException as refused:
            _refused(refused.smtp_code)
        except (smtplib.SMTPException, OSError) as failure:
            raise Waiting(f"no mail server: {type(failure).__name__}") from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        secure = ssl.create_default_context()
        server = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=secure) if self.tls == "implicit" else smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if self.tls == "starttls":
                server.starttls(context=secure)
            if self.user:
                server.login(self.user, self.password)
            yield server
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()  # the letter is taken already: a rude goodbye changes nothing
        finally:
            server.close()


def _from_the_right(text: str, subject: str, locale: str) -> str:
    """The same words as a page of their own direction; addresses are links that run from the left."""
    said = LINK.sub(r'<a dir="ltr" href="\g<0>">\g<0></a>', escape(text.strip()))
    paragraphs = "".join("<p>{}</p>\n".format(part.replace("\n", "<br>\n")) for part in said.split("\n\n"))
    return f'<!doctype html>\n<html lang="{locale}" dir="rtl"><head><meta charset="utf-8"><title>{escape(subject)}</title></head><body>\n{paragraphs}</body></html>\n'


def _refused(code: int) -> None:
    if 500 <= code < 600:
        raise Undeliverable(f"the server refuses the letter: {code}") from None
    raise Waiting(f"the server asks to come again: {code}") from None


def _address(text: str) -> Address:
    """A single address and nothing else: no name, no second one, no line break that would begin a header of its own."""
    try:
        found = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError) as odd:
        raise Undeliverable("this is no address") from odd
    if any(ord(c) < 33 or ord(c) == 127 or c in ',;<>"' for c in text) or not found.domain:
        raise Undeliverable("this is no address")
    return found

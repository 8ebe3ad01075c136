"""Mail by SMTP. Sending has four outcomes, and the caller acts on each: sent, refused, deferred, unconfirmed.

SMTP cannot promise that a message goes out once: when the connection breaks after the message went over and before
the server's answer came, nobody knows. That outcome has its own name and is never retried blindly; the Message-ID is
the caller's and stays the same, so that a receiver can tell a second copy.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import msgspec

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PERMANENT = 500
LONGEST = 254
"""Letters of an address, by RFC 5321."""


class MailError(Exception):
    """A message that was not certainly delivered; the text is the server's or the network's, for logs and the job."""


class Refused(MailError):
    """The server will never take this message (5xx); trying again is useless."""


class Deferred(MailError):
    """Not now: 4xx, or the server cannot be reached. Nothing was sent; try again later."""


class Unconfirmed(MailError):
    """The connection broke after the message went over: it may have been accepted, and must not be resent blindly."""


class File(msgspec.Struct, frozen=True):
    """A file that a message carries."""

    name: str
    media_type: str
    content: bytes


class Message(msgspec.Struct, frozen=True):
    """One message to one address. `message_id` (`<id@host>`) is made once, where the message is decided on.

    `sender_name` stands beside the house's own address, in place of the house's name.
    """

    to: str
    subject: str
    text: str
    message_id: str
    html: str | None = None
    reply_to: str | None = None
    headers: Mapping[str, str] = {}
    sender_name: str = ""
    attachments: tuple[File, ...] = ()


class Mailer:
    """Sends through the server at `smtp[+starttls]://` or `smtps://[user:password@]host[:port][?timeout=seconds]`."""

    def __init__(self, smtp_url: str, sender: str) -> None:
        parts = urlsplit(smtp_url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("not an SMTP URL; use smtp://, smtp+starttls:// or smtps:// with a host")
        name, address = parseaddr(sender)
        self._sender = Address(name, addr_spec=address)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password or "")
        self._options: dict[str, Any] = {
            "hostname": parts.hostname,
            "port": parts.port or PORTS[parts.scheme],
            "use_tls": parts.scheme == "smtps",
            "start_tls": parts.scheme == "smtp+starttls",
            "timeout": float(parse_qs(parts.query).get("timeout", ["20"])[-1]),
        }

    async def send(self, message: Message, before_handing_over: Callable[[], Awaitable[None]] | None = None) -> None:
        """Hand one message to the server; `before_handing_over` is awaited when nothing but the content is left to send.

        Raises `Refused`, `Deferred` or `Unconfirmed`, and ValueError when a header holds a line break.
        """
        composed = compose(message, self._sender)
        smtp = aiosmtplib.SMTP(**self._options)
        try:
            await self._greet(smtp)
            await _address_to(smtp, self._sender.addr_spec, message.to)
            if before_handing_over:
                await before_handing_over()
            await _hand_over(smtp, composed.as_bytes())
            with suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit()
        finally:
            smtp.close()

    async def _greet(self, smtp: aiosmtplib.SMTP) -> None:
        """Connect and sign in. No answer at this stage is about the message, so each means: later."""
        try:
            await smtp.connect()
            if self._user:
                await smtp.login(self._user, self._password)
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Deferred(str(error)) from error


def compose(message: Message, sender: Address) -> EmailMessage:
    """The message as it goes over the wire, in plain ASCII so that every server takes it."""
    mail = EmailMessage(policy=SMTP_POLICY.clone(cte_type="7bit"))
    mail["From"] = Address(message.sender_name or sender.display_name, addr_spec=sender.addr_spec)
    mail["To"] = recipient_of(message.to)
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    if message.reply_to:
        mail["Reply-To"] = recipient_of(message.reply_to)
    for name, value in message.headers.items():
        mail[name] = value
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for file in message.attachments:
        kind, _, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name)
    return mail


async def _address_to(smtp: aiosmtplib.SMTP, sender: str, recipient: str) -> None:
    try:
        await smtp.mail(sender)
        await smtp.rcpt(recipient_of(recipient).addr_spec)
    except aiosmtplib.SMTPResponseException as error:
        raise _answered(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Deferred(str(error)) from error


async def _hand_over(smtp: aiosmtplib.SMTP, content: bytes) -> None:
    """Send the content. From here on only an answer of the server tells what became of it."""
    try:
        await smtp.data(content)
    except aiosmtplib.SMTPResponseException as error:
        raise _answered(error) from error
    except (aiosmtplib.SMTPException, OSError) as error:
        raise Unconfirmed(str(error)) from error


def _answered(error: aiosmtplib.SMTPResponseException) -> MailError:
    kind = Refused if error.code >= PERMANENT else Deferred
    return kind(f"{error.code} {error.message}")


def recipient_of(address: str) -> Address:
    """The address, when the mail system as a whole can carry it; `Refused` when it cannot."""
    try:
        parsed = Address(addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise Refused(f"not an e-mail address: {address!r}") from error
    if len(address) > LONGEST or not address.isascii() or not parsed.username or "." not in parsed.domain:
        raise Refused(f"not an e-mail address: {address!r}")
    return parsed

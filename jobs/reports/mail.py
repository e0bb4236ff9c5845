"""A report by mail: the page itself, a few lines of text, and the PDF attached."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote, unquote, urlsplit

import aiosmtplib

from jobs.reports.model import Report
from jobs.reports.page import Version, heading
from jobs.reports.text import summary

TIMEOUT_SECONDS = 30.0


class MailFailed(Exception):
    """The server could not be reached, was too slow, or refused; trying again may help."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in: smtp://user:password@host:587, or smtps:// for TLS from the first byte.

    smtp:// uses STARTTLS where the server offers it, and insists on it where a password is to be sent.
    """

    url: str
    sender: str


def is_address(text: str) -> bool:
    """Tell whether a mail can be sent to it: one address, and nothing that the library stumbles over."""
    try:
        Address(addr_spec=text)
    except (MessageError, ValueError, IndexError, AttributeError):
        return False
    return text.isascii()


def message(
    report: Report, version: Version, html: str, pdf: bytes | None, sender: str, recipient: str
) -> EmailMessage:
    """Return the mail of a report's version: the same bytes whenever it is made; `recipient` is an address."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"{report.name}: {heading(report)}"
    mail["From"] = sender
    mail["To"] = recipient
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    # The period's end, not the clock: a mail that is made again is the same.
    mail["Date"] = format_datetime(report.trends.window.end.astimezone(UTC))
    # Mail systems drop a message whose id they have seen: a mail sent twice, after a crash, is read once. Hence no
    # version in it, which an event may have changed meanwhile.
    whose = quote(report.id, safe="").replace(".", "%2E")  # an id may hold more than a Message-ID
    mail["Message-ID"] = f"<{report.kind.lower()}.{whose}.{report.period}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(summary(report))
    mail.add_alternative(html, subtype="html")
    if pdf is not None:
        name = f"{report.id}-{report.period}.pdf"
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():  # else a random one
            part.set_boundary(f"=={version.digest[:24]}.{number}==")
    return mail


async def send(server: Server, recipient: str, write: Callable[[], Awaitable[EmailMessage]]) -> EmailMessage:
    """Hand in the mail that `write` makes and return it; raise MailFailed. A step takes TIMEOUT_SECONDS at most.

    The server is asked first whether it takes mail for the recipient: where it is away, or says later, nothing was
    made in vain.
    """
    try:
        async with _client(server) as client:
            await client.mail(server.sender)
            await client.rcpt(recipient)
            await client.rset()
            mail = await write()
            await client.send_message(mail)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        # The error's text may quote what the server was sent; its class and code are enough to find the cause.
        code = getattr(error, "code", None)
        raise MailFailed(f"{type(error).__name__}{f' {code}' if code else ''}") from error
    return mail


def _client(server: Server) -> aiosmtplib.SMTP:
    parts = urlsplit(server.url)
    secure = parts.scheme == "smtps"
    user = unquote(parts.username) if parts.username else None
    return aiosmtplib.SMTP(
        hostname=parts.hostname,
        port=parts.port or (465 if secure else 587),
        username=user,
        password=unquote(parts.password) if parts.password else None,
        use_tls=secure,
        start_tls=None if user is None or secure else True,
        timeout=TIMEOUT_SECONDS,
    )

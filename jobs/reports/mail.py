"""A report by mail: the page itself, a few lines of text, and the PDF attached."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import unquote, urlsplit

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


def message(
    report: Report, version: Version, html: str, pdf: bytes | None, sender: str, recipient: str
) -> EmailMessage:
    """Return the mail of a report's version: the same message, with the same id, whenever it is made."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"{report.name}: {heading(report)}"
    mail["From"] = sender
    mail["To"] = recipient
    domain = sender.rpartition("@")[2].strip("> ") or "localhost"
    # Mail systems drop a message whose id they have seen: a mail sent twice, after a crash, is read once.
    mail["Message-ID"] = f"<{report.kind.lower()}.{report.id}.{report.period}.{version.digest[:16]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(summary(report))
    mail.add_alternative(html, subtype="html")
    if pdf is not None:
        name = f"{report.id}-{report.period}.pdf"
        mail.add_attachment(pdf, maintype="application", subtype="pdf", filename=name)
    return mail


async def send(server: Server, mail: EmailMessage) -> None:
    """Hand a mail in; raise MailFailed. It takes no longer than TIMEOUT_SECONDS a step."""
    parts = urlsplit(server.url)
    secure = parts.scheme == "smtps"
    user = unquote(parts.username) if parts.username else None
    try:
        await aiosmtplib.send(
            mail,
            hostname=parts.hostname,
            port=parts.port or (465 if secure else 587),
            username=user,
            password=unquote(parts.password) if parts.password else None,
            use_tls=secure,
            start_tls=None if user is None or secure else True,
            timeout=TIMEOUT_SECONDS,
        )
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        # The error's text may quote what the server was sent; its class and code are enough to find the cause.
        code = getattr(error, "code", None)
        raise MailFailed(f"{type(error).__name__}{f' {code}' if code else ''}") from error

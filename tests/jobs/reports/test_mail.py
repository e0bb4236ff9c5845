"""Reports by mail, handed to a real SMTP server."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiosmtpd.smtp import SMTP

from jobs.reports import mail as mailing
from jobs.reports import making
from jobs.reports.collect import collect
from jobs.reports.kinds import Subject
from jobs.reports.mail import MailFailed, message
from jobs.reports.making import report_month
from jobs.reports.page import Version
from tests.jobs.conftest import context_of
from tests.jobs.reports.conftest import begun
from tests.resolvers.conftest import Desk


@dataclass
class Inbox:
    """What a mail server does with what it is handed."""

    mails: list[EmailMessage] = field(default_factory=list)
    answer: str = "250 Kept"
    silent: bool = False
    greylists: bool = False

    async def handle_RCPT(  # noqa: N802, aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if self.greylists:
            return "450 Come again"
        envelope.rcpt_tos.append(address)
        return "250 Taken"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802, aiosmtpd's name
        if self.silent:
            await asyncio.sleep(60)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return self.answer


@dataclass
class Server:
    """A server that listens."""

    inbox: Inbox
    url: str


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    inbox = Inbox()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(inbox), "127.0.0.1", 0)
    try:
        yield Server(inbox, f"smtp://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    finally:
        listening.close()


@pytest.fixture(autouse=True)
def always_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what is over since a few days is mailed; the month of these tests stays where it is."""
    monkeypatch.setattr(making, "MAILED_WITHIN", making.MAILED_WITHIN * 10_000)


@pytest.mark.usefixtures("pango")
async def test_a_report_is_mailed_once_with_its_page_and_its_pdf(
    shop: Desk, october: Subject, server: Server, tmp_path: Path
) -> None:
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    await report_month(context, await begun(context, october))
    await report_month(context, await begun(context, october, "again"))
    [mail] = server.inbox.mails
    assert mail["To"] == "owner@shop.example"
    assert mail["Subject"] == "Shop: Monthly report, October 2026"
    assert mail["Message-ID"].strip() == "<monthly.shop.2026-10@z402.example>"
    assert mail["Date"] == "Sat, 31 Oct 2026 23:00:00 +0000"
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert html is not None
    assert "Revenue: 40.0000078 ZEC" in body.get_content()
    assert "<svg" in html.get_content()
    [attached] = mail.iter_attachments()
    assert attached.get_filename() == "shop-2026-10.pdf"
    assert attached.get_content().startswith(b"%PDF-")
    kept = await shop.data('{ merchant(id: "shop") { reports { mailedAt } } }')
    assert kept["merchant"]["reports"][0]["mailedAt"] is not None


async def test_a_run_that_died_after_its_mail_sends_the_same_message_again(
    shop: Desk, october: Subject, server: Server, tmp_path: Path
) -> None:
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    await report_month(context, await begun(context, october))
    async with shop.database.acquire() as connection:
        await connection.execute("DELETE FROM report_mails")  # as though it had died before it could note it
    await report_month(context, await begun(context, october, "again"))
    first, second = server.inbox.mails
    assert first.as_bytes() == second.as_bytes()


async def test_a_merchant_whose_id_no_header_holds_has_a_message_of_its_own(shop: Desk, october: Subject) -> None:
    report = (await collect(shop.executor, october)).report
    for merchant_id, whose in (("a:b", "a%3Ab"), ("a.b", "a%2Eb"), ("a..b", "a%2E%2Eb"), ("a-b", "a-b")):
        of_it = msgspec.structs.replace(report, id=merchant_id)
        mail = message(of_it, Version(1, "0" * 64), "", None, "reports@z402.example", "owner@shop.example")
        assert mail["Message-ID"] == f"<monthly.{whose}.2026-10@z402.example>"


async def test_where_the_server_takes_nothing_no_pdf_is_made(
    shop: Desk, october: Subject, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def pdf(_: str) -> bytes:
        raise AssertionError("made in vain")

    monkeypatch.setattr(making, "pdf", pdf)
    server.inbox.greylists = True
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    with pytest.raises(MailFailed, match="450"):
        await report_month(context, await begun(context, october))


@pytest.mark.parametrize(
    "columns",
    [{"email": address} for address in ("a@", "a@[", "a@b, c@d", "a", "x <a@b>", "ö@b")] + [{"state": "suspended"}],
)
async def test_nobody_is_mailed_at_no_address_or_while_suspended(
    shop: Desk, october: Subject, server: Server, tmp_path: Path, columns: dict[str, str]
) -> None:
    async with shop.database.acquire() as connection:
        for name, value in columns.items():
            await connection.execute(f"UPDATE merchants SET {name} = $1", value)
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    assert await report_month(context, await begun(context, october)) == 1
    assert server.inbox.mails == []


async def test_a_refusal_leaves_the_report_and_says_its_code(
    shop: Desk, october: Subject, server: Server, tmp_path: Path
) -> None:
    server.inbox.answer = "451 Try later"
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    with pytest.raises(MailFailed, match="451"):
        await report_month(context, await begun(context, october))
    kept = await shop.data('{ merchant(id: "shop") { reports { version mailedAt } } }')
    assert kept["merchant"]["reports"] == [{"version": 1, "mailedAt": None}]


async def test_a_server_that_hangs_is_left(
    shop: Desk, october: Subject, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.inbox.silent = True
    monkeypatch.setattr(mailing, "TIMEOUT_SECONDS", 0.5)
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    async with asyncio.timeout(20):
        with pytest.raises(MailFailed, match="Timeout"):
            await report_month(context, await begun(context, october))


async def test_a_server_that_is_away_is_told_without_the_password(shop: Desk, october: Subject, tmp_path: Path) -> None:
    settings = {"Z402_SMTP_URL": "smtp://me:hunter2@127.0.0.1:1", "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    with pytest.raises(MailFailed) as caught:
        await report_month(context, await begun(context, october))
    assert "hunter2" not in str(caught.value)


async def test_a_password_is_never_sent_in_the_clear(
    shop: Desk, october: Subject, server: Server, tmp_path: Path
) -> None:
    url = server.url.replace("smtp://", "smtp://me:hunter2@")
    context = context_of(shop.database, tmp_path, Z402_SMTP_URL=url, Z402_MAIL_FROM="reports@z402.example")
    with pytest.raises(MailFailed):  # it offers no STARTTLS
        await report_month(context, await begun(context, october))
    assert server.inbox.mails == []


async def test_old_news_are_kept_and_mailed_to_nobody(
    shop: Desk, october: Subject, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MAILED_WITHIN", making.MAILED_WITHIN / 10_000_000)
    settings = {"Z402_SMTP_URL": server.url, "Z402_MAIL_FROM": "reports@z402.example"}
    context = context_of(shop.database, tmp_path, **settings)
    await report_month(context, await begun(context, october))
    assert server.inbox.mails == []

import asyncio
import csv
import io
import json

import pytest
from starlette.types import Message

from gateway.exports.stream import BrokenOff, Streams
from jobs.exports import payment_rows
from jobs.exports.spec import GROUPED, ExportFormat
from resolvers.context import EXPORTS, READ
from sql import Database, StoreUnavailable
from tests.gateway.exports.conftest import Office
from tests.gateway.graphql.conftest import token
from tests.jobs.exports.conftest import may

PATH = "/api/v1/analytics/export?startDate=2026-05-01&endDate=2026-05-31"
MINE = token("shop", EXPORTS)


async def test_a_file_at_once_is_the_one_that_a_worker_makes(office: Office) -> None:
    zoned = "/api/v1/analytics/export?startDate=2026-05-01T00:00:00Z&endDate=2026-06-01T00:00:00Z&format="
    for form in ExportFormat:
        _, url = await office.made(form.name)
        currency = "&currency=EUR" if form in GROUPED else ""
        streamed = await office.get(f"{zoned}{form.value}{currency}", MINE)
        assert streamed.status_code == 200
        made = await office.get(url)
        assert streamed.content == made.content
        assert streamed.headers["content-type"] == made.headers["content-type"]
        assert streamed.headers["content-disposition"] == made.headers["content-disposition"]


async def test_days_are_the_merchant_s_and_columns_can_be_chosen(office: Office) -> None:
    path = f"{PATH}&columns=payment_id,settled_at&includeMetadata=true&states=settled&format=csv"
    rows = list(csv.DictReader(io.StringIO((await office.get(path, MINE)).text)))
    assert list(rows[0]) == ["payment_id", "settled_at", "metadata"]
    assert rows[0]["settled_at"] == "2026-05-13 14:00:00"
    none = await office.get("/api/v1/analytics/export?startDate=2026-05-14&endDate=2026-05-14&format=json", MINE)
    assert json.loads(none.content) == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("format=xlsx", "format=xlsx cannot be: send one of csv, json"),
        ("format=CSV", "format=CSV cannot be"),
        ("columns=secret", "columns=secret cannot be: send some of payment_id"),
        ("columns=payer,payer", "A column is named twice."),
        ("states=lost", "states=lost cannot be"),
        ("startDate=2026-06-01&endDate=2026-05-01", "startDate must lie before endDate"),
        ("startDate=2020-01-01&endDate=2026-05-01", "takes a range of at most 400 days"),
        ("startDate=2026-05-01T00:00:00", "has no zone"),
        ("format=hledger&columns=payer", "HLEDGER has a form of its own."),
        ("format=datev", "DATEV books in a currency"),
        ("format=xero", "XERO books in a currency: name it, such as EUR."),
        ("format=xero&currency=EUR&grouping=week", "grouping=week cannot be: send one of payment, day"),
        ("currency=EUR", "are for books; CSV has rows of payments."),
        ("fromat=csv", "There is no parameter 'fromat' here"),
    ],
)
async def test_what_cannot_be_meant_is_refused_in_words(office: Office, query: str, message: str) -> None:
    answer = await office.get(f"/api/v1/analytics/export?{query}", MINE)
    assert answer.status_code == 400
    assert answer.json()["code"] == "BAD_USER_INPUT"
    assert message in answer.json()["error"]


async def test_only_who_may_export_gets_a_file(office: Office) -> None:
    for credential, status in ((None, 401), (token("shop", READ), 403), (token("other", EXPORTS), 403)):
        assert (await office.get(f"{PATH}&merchantId=shop", credential)).status_code == status
    assert (await office.get(f"{PATH}&merchantId=shop", token())).status_code == 200
    assert (await office.get(f"{PATH}&merchantId=nobody", token())).status_code == 404
    assert (await office.get(PATH, token())).status_code == 400


async def test_books_of_a_time_that_is_gone_are_refused_before_the_first_byte(office: Office) -> None:
    await office.execute("UPDATE installation SET raw_kept_from = '2026-06-01T00:00:00Z'")
    try:
        answer = await office.get(f"{PATH}&format=hledger", MINE)
        told = answer.json()
        assert (answer.status_code, told["success"], told["code"]) == (422, False, "RANGE_NOT_EXACT")
    finally:
        await office.execute("UPDATE installation SET raw_kept_from = '-infinity'")


async def test_a_database_that_is_away_is_told_as_by_the_other_routes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("gone")

    for place in ("gateway.exports.analytics.ExportEndpoint._merchant", "gateway.exports.stream.produce"):
        with monkeypatch.context() as patched:
            patched.setattr(place, away)
            answer = await office.get(PATH, MINE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        told = {"success": False, "error": "The database does not answer; try again.", "code": "STORE_UNAVAILABLE"}
        assert answer.json() == told


async def run(streams: Streams, gone: asyncio.Event, stuck: asyncio.Event | None = None) -> list[Message]:
    """Answer a client that leaves when it is told to, or takes nothing at all."""
    sent: list[Message] = []

    async def receive() -> Message:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if stuck is not None:
            stuck.set()
            await asyncio.Event().wait()

    await streams.of("shop", may())({"type": "http", "method": "GET"}, receive, send)
    return sent


async def backends(database: Database) -> int:
    async with database.acquire() as connection:
        found: int = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'z402-maintenance'"
        )
        return found


async def test_a_client_that_leaves_or_does_not_read_holds_nothing(office: Office) -> None:
    streams = Streams(office.desk.database, longest_seconds=0.5)
    gone, stuck = asyncio.Event(), asyncio.Event()
    answering = asyncio.create_task(run(streams, gone, stuck))
    await stuck.wait()
    assert await backends(office.desk.database) == 1
    gone.set()
    assert [message["type"] for message in await answering] == ["http.response.start"]
    with pytest.raises(BrokenOff, match="too slowly"):
        await run(streams, asyncio.Event(), asyncio.Event())
    assert streams.running == 0
    for _ in range(100):
        if await backends(office.desk.database) == 0:
            return
        await asyncio.sleep(0.05)
    pytest.fail("a connection was left behind")


async def test_so_many_at_once_and_no_more(office: Office) -> None:
    streams = Streams(office.desk.database, most=1)
    gone, stuck = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(run(streams, gone, stuck))
    await stuck.wait()
    refused = await run(streams, asyncio.Event())
    assert refused[0]["status"] == 503
    assert (b"retry-after", b"5") in refused[0]["headers"]
    assert json.loads(refused[1]["body"])["code"] == "BUSY"
    gone.set()
    await first
    assert (await run(streams, asyncio.Event()))[0]["status"] == 200


async def test_a_database_that_goes_away_in_the_middle_cuts_the_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payment_rows, "FIRST_PIECE", payment_rows.SHORTEST_PIECE)
    monkeypatch.setattr(payment_rows, "LARGEST_GROWTH", 1)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)
        await office.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'z402-maintenance'"
        )

    with pytest.raises(BrokenOff, match="the database went away"):
        await Streams(office.desk.database).of("shop", may())({"type": "http", "method": "GET"}, receive, send)
    assert sent[0]["type"] == "http.response.start"
    assert all(message.get("more_body", True) for message in sent)

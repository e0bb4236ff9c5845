"""Crossings told to a real server: signed, in their order, once each, whatever happens to worker or receiver."""

import asyncio
import os
import re
import signal
import socket
import sys
import textwrap
from pathlib import Path

import asyncpg
import pytest

from jobs.alerts import delivery, sending
from jobs.alerts.delivery import pause
from jobs.alerts.reasons import reason_of
from jobs.alerts.rules import WebhookRules
from jobs.alerts.sending import Outcome, PublicAddresses
from jobs.contract import JobName
from tests.factories import failed, settled
from tests.jobs.alerts.conftest import MINUTE, Office
from tests.jobs.conftest import context_of
from tests.resolvers.conftest import NOW

ROOT = Path(__file__).parents[3]
VERIFY = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8"), re.DOTALL)
DIES = """
import asyncio, os, signal, sys
from datetime import datetime, timedelta
from gateway.commands.worker import job_context
from gateway.settings import load
from jobs.alerts.evaluation import evaluate_alerts
from jobs.context import Run
from jobs.contract import JobName

async def main(run_id, until):
    run = Run(run_id, 1, JobName.EVALUATE_ALERTS, None, None, until - timedelta(minutes=1), until, 1)
    assert await evaluate_alerts(job_context(load()), run) == 1
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main(int(sys.argv[1]), datetime.fromisoformat(sys.argv[2])))
"""


async def fired(office: Office, path: str = "/hook") -> str:
    """One alert that has fired and is not told yet; return its secret."""
    _, secret = await office.alert(
        metric="FAILED", comparison="AT_LEAST", threshold=1, windowMinutes=5, url=office.receiver.url(path)
    )
    assert secret is not None
    await office.desk.tell([failed("a", NOW - MINUTE)])
    assert await office.evaluate(NOW) == 1
    return secret


async def test_the_documented_snippet_verifies_what_is_sent(office: Office) -> None:
    secret = await fired(office, "/hook?shop=1")
    assert await office.deliver() == 1
    [received] = office.receiver.received
    assert received.path == "/hook?shop=1"
    assert received.headers["content-type"] == "application/json"
    assert VERIFY is not None
    snippet: dict[str, object] = {}
    exec(VERIFY[1], snippet)
    verify = snippet["verify"]
    assert callable(verify)
    assert verify(secret, received.headers, received.body)
    assert not verify(secret, received.headers, received.body + b" ")
    assert not verify("whsec_" + "A" * 44, received.headers, received.body)
    old = {**received.headers, "webhook-timestamp": "1700000000"}
    assert not verify(secret, old, received.body)
    [alert] = await office.standing()
    [crossing] = alert["crossings"]
    assert [crossing["delivery"], crossing["attempts"], crossing["lastStatus"]] == ["DELIVERED", 1, 204]
    assert received.id == crossing["id"]
    assert received.told == {
        "type": "alert.fired",
        "timestamp": "2026-05-13T12:00:00Z",
        "data": {
            "crossingId": crossing["id"],
            "merchantId": "shop",
            "alertId": alert["id"],
            "number": 1,
            "name": "Test",
            "metric": "FAILED",
            "comparison": "AT_LEAST",
            "threshold": 1,
            "value": 1,
            "windowStart": "2026-05-13T11:55:00Z",
            "windowEnd": "2026-05-13T12:00:00Z",
            "filter": None,
        },
    }
    assert await office.deliver() == 0


async def test_a_worker_killed_between_recording_and_sending_loses_nothing(office: Office) -> None:
    await office.alert(metric="REVENUE", comparison="AT_MOST", threshold="0", url=office.receiver.url())
    run = await office.run(JobName.EVALUATE_ALERTS, NOW)
    environment = {**os.environ, "Z402_DATABASE_URL": office.desk.database.url, "Z402_REDIS_URL": "redis://127.0.0.1:1"}
    died = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(DIES), str(run.run_id), NOW.isoformat(), cwd=ROOT, env=environment
    )
    assert await died.wait() == -signal.SIGKILL
    assert office.receiver.received == []
    assert await office.evaluate(NOW) == 0  # whoever takes the minute over finds it done
    assert await office.deliver() == 1
    assert await office.deliver() == 0
    [received] = office.receiver.received
    assert received.told["type"] == "alert.fired"
    [alert] = await office.standing()
    assert [each["id"] for each in alert["crossings"]] == [received.id]


async def test_a_worker_killed_between_sending_and_its_note_tells_again_under_the_same_id(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fired(office)

    async def send_and_die(*args: object) -> Outcome:
        await sending.send(*args)  # type: ignore[arg-type]
        raise asyncio.CancelledError

    with monkeypatch.context() as dying:
        dying.setattr(delivery, "send", send_and_die)
        with pytest.raises(asyncio.CancelledError):
            await office.deliver()
    assert await office.deliver() == 0  # its lease still holds
    await office.later()
    assert await office.deliver() == 1
    first, second = office.receiver.received
    assert (first.id, first.body) == (second.id, second.body)


async def test_several_workers_tell_each_crossing_once(office: Office) -> None:
    for number in range(20):
        await office.alert(metric="REVENUE", comparison="AT_MOST", threshold=0, url=office.receiver.url(f"/{number}"))
    assert await office.evaluate(NOW) == 20
    told = await asyncio.gather(*(office.deliver() for _ in range(4)))
    assert sum(told) == 20
    assert len({received.id for received in office.receiver.received}) == len(office.receiver.received) == 20


async def test_retries_wait_and_keep_the_order(office: Office) -> None:
    await fired(office)
    assert await office.evaluate(NOW + 10 * MINUTE) == 1  # recovered
    office.receiver.answers = [(500, ""), None, (302, "location: http://127.0.0.1:1/\r\n"), (204, ""), (204, "")]
    waiting: dict[str, object] = {}
    for attempt in (1, 2, 3):
        assert await office.deliver() == 0
        assert await office.deliver() == 0  # not before the pause
        [alert] = await office.standing()
        waiting = alert["crossings"][1]
        assert [waiting["delivery"], waiting["attempts"]] == ["WAITING", attempt]
        await office.later()
    assert [waiting["lastStatus"], waiting["lastError"]] == [302, None]
    assert await office.deliver() == 2
    kinds = [received.told["type"] for received in office.receiver.received]
    assert kinds == ["alert.fired"] * 4 + ["alert.recovered"]
    assert len({received.id for received in office.receiver.received}) == 2
    assert [pause(n).total_seconds() for n in (1, 2, 3, 9, 10, 99)] == [10, 20, 40, 2560, 3600, 3600]


async def test_gone_is_gone_and_nobody_tries_for_ever(office: Office) -> None:
    await fired(office)
    office.receiver.answers = [(410, "")]
    assert await office.deliver() == 0
    [alert] = await office.standing()
    assert alert["crossings"][0]["delivery"] == "GIVEN_UP"
    assert await office.evaluate(NOW + 10 * MINUTE) == 1
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alert_crossings SET attempts = 29 WHERE delivery = 'waiting'")
    office.receiver.answers = [(503, "")]
    assert await office.deliver() == 0
    [alert] = await office.standing()
    assert [each["delivery"] for each in alert["crossings"]] == ["GIVEN_UP", "GIVEN_UP"]


async def test_a_receiver_that_never_answers_is_left_in_time(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", 0.2)
    await fired(office)
    office.receiver.silent = True
    assert await office.deliver() == 0
    [alert] = await office.standing()
    assert alert["crossings"][0]["lastError"] == "No answer within 0.2 s."


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "2130706433"]
)
async def test_no_way_leads_to_a_private_address(office: Office, tmp_path: Path, host: str) -> None:
    """The URL was allowed when it was set, or is a name that leads here: what counts is the address that is called."""
    await fired(office)
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alerts SET url = $1", office.receiver.url(host=host))
    office.context = context_of(office.desk.database, tmp_path, Z402_WEBHOOK_HTTP="yes")
    assert await office.deliver() == 0
    assert office.receiver.received == []
    [alert] = await office.standing()
    assert "not public" in alert["crossings"][0]["lastError"]
    assert alert["crossings"][0]["lastStatus"] is None


async def set_url(office: Office, alert_id: str, url: str) -> None:
    """Give an alert a URL that no check has seen, as from before there was one."""
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alerts SET url = $2 WHERE alert_id = $1", alert_id, url)


async def two_fired(office: Office) -> tuple[str, str]:
    """Two alerts that have fired and are not told yet; return their ids."""
    given = {"metric": "FAILED", "comparison": "AT_LEAST", "threshold": 1, "windowMinutes": 5}
    first, _ = await office.alert(**given, name="First", url=office.receiver.url("/first"))
    second, _ = await office.alert(**given, name="Second", url=office.receiver.url("/second"))
    await office.desk.tell([failed("a", NOW - MINUTE)])
    assert await office.evaluate(NOW) == 2
    return first, second


async def crossing_of(office: Office, alert_id: str) -> dict[str, object]:
    [alert] = [each for each in await office.standing() if each["id"] == alert_id]
    return dict(alert["crossings"][0])


@pytest.mark.parametrize("url", ["https://a..b/", "https://.com/", f"https://{'a' * 64}.example/", "https://[::1"])
async def test_a_url_that_nobody_can_call_is_an_attempt_like_others(office: Office, url: str) -> None:
    first, second = await two_fired(office)
    await set_url(office, first, url)
    assert await office.deliver() == 1
    crossing = await crossing_of(office, first)
    assert [crossing["delivery"], crossing["attempts"]] == ["WAITING", 1]
    assert str(crossing["lastError"]).startswith("The URL must ")
    assert (await crossing_of(office, second))["delivery"] == "DELIVERED"
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alert_crossings SET attempts = 29 WHERE delivery = 'waiting'")
    await office.later()
    assert await office.deliver() == 0
    assert (await crossing_of(office, first))["delivery"] == "GIVEN_UP"


@pytest.mark.parametrize("host", ["a..b", ".com", "a" * 64 + ".example"])
async def test_a_host_that_cannot_be_looked_up_has_words_for_it(host: str) -> None:
    with pytest.raises(UnicodeError) as raised:
        await PublicAddresses(WebhookRules()).connect_tcp(host, 443)
    assert reason_of(raised.value) == "The URL cannot be called; set another."


async def test_what_nobody_thought_of_is_written_down_and_ends_no_other(office: Office) -> None:
    first, second = await two_fired(office)
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alert_crossings SET threshold = 'no JSON' WHERE alert_id = $1", first)
    assert await office.deliver() == 1
    async with office.desk.database.acquire() as connection:
        told = await connection.fetch("SELECT alert_id, delivery, last_error FROM alert_crossings ORDER BY alert_id")
    assert {row["alert_id"]: (row["delivery"], row["last_error"]) for row in told} == {
        first: ("waiting", "Something went wrong on our side; our log has it."),
        second: ("delivered", None),
    }


async def test_an_end_that_cannot_be_written_down_fails_the_run_after_all_others(office: Office) -> None:
    first, second = await two_fired(office)
    await set_url(office, first, "https://.com/")
    async with office.desk.database.acquire() as connection:
        await connection.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'not this one'; END$$"
        )
        await connection.execute(
            "CREATE TRIGGER refuse BEFORE UPDATE ON alert_crossings FOR EACH ROW"
            " WHEN (NEW.last_error IS NOT NULL) EXECUTE FUNCTION refuse()"
        )
    try:
        with pytest.raises(asyncpg.RaiseError, match="not this one"):
            await office.deliver()
    finally:
        async with office.desk.database.acquire() as connection:
            await connection.execute("DROP FUNCTION refuse CASCADE")
    assert (await crossing_of(office, second))["delivery"] == "DELIVERED"
    assert (await crossing_of(office, first))["attempts"] == 1


async def speaks_no_tls(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a handshake with what is none."""
    writer.write(b"no TLS\r\n")
    writer.close()
    await writer.wait_closed()


async def test_what_went_wrong_is_said_in_words(office: Office) -> None:
    first, second = await two_fired(office)
    await set_url(office, first, "http://nobody-has-this-name.invalid/")
    await set_url(office, second, "http://127.0.0.1:1/")
    assert await office.deliver() == 0
    assert str((await crossing_of(office, first))["lastError"]).startswith("The host name ")
    expected = "No connection could be made; nobody may listen at this host and port."
    assert (await crossing_of(office, second))["lastError"] == expected
    plain = await asyncio.start_server(speaks_no_tls, "127.0.0.1", 0)
    await set_url(office, first, f"https://127.0.0.1:{plain.sockets[0].getsockname()[1]}/")
    await set_url(office, second, office.receiver.url())
    office.receiver.answers = [None]
    await office.later()
    async with plain:
        assert await office.deliver() == 0
    assert "No TLS connection" in str((await crossing_of(office, first))["lastError"])
    assert "closed without an answer" in str((await crossing_of(office, second))["lastError"])


def test_a_name_that_nobody_has_is_told_from_a_name_server_that_is_away() -> None:
    assert reason_of(socket.gaierror(socket.EAI_NONAME, "")) == "The host name was not found."
    assert "name server did not answer" in reason_of(socket.gaierror(socket.EAI_AGAIN, ""))


async def test_http_is_refused_where_it_is_not_allowed(office: Office, tmp_path: Path) -> None:
    await fired(office)
    office.context = context_of(office.desk.database, tmp_path, Z402_WEBHOOK_PRIVATE_ADDRESSES="yes")
    assert await office.deliver() == 0
    assert office.receiver.received == []
    [alert] = await office.standing()
    assert alert["crossings"][0]["lastError"] == "The URL must begin with https:// and name a host."


async def test_a_deleted_alert_tells_nothing(office: Office) -> None:
    await fired(office)
    [alert] = await office.standing()
    await office.desk.data(f'mutation {{ deleteAlert(id: "{alert["id"]}", merchantId: "shop") {{ id }} }}')
    assert await office.deliver() == 0
    assert office.receiver.received == []
    assert await office.standing() == []


async def test_the_table_of_examples_can_be_set(office: Office) -> None:
    text = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!to be told|---)([^|]+) \| `(\w+)` \| `(\w+)`, `([^`]+)` \| (\d+) \|", text, re.MULTILINE)
    assert len(rows) == 5
    for name, metric, comparison, threshold, minutes in rows:
        given = {"name": name, "metric": metric, "comparison": comparison, "windowMinutes": int(minutes)}
        await office.alert(**given, threshold=threshold.strip('"'))
    await office.desk.tell([settled("a", NOW - MINUTE, 100_000_001)])
    await office.evaluate(NOW)
    assert [alert["state"] for alert in await office.standing()] == ["OK", "OK", "UNKNOWN", "UNKNOWN", "FIRING"]
    assert WebhookRules() == WebhookRules(http=False, private=False)

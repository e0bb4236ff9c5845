"""Alerts as they are looked at each minute: what fires, what recovers, what is written down once."""

import asyncio
from datetime import timedelta

import pytest

from jobs.alerts.evaluation import AlertsNotRead
from sql import StoreUnavailable
from tests.factories import failed, settled, webhook
from tests.jobs.alerts.conftest import MINUTE, Office
from tests.resolvers.conftest import NOW


async def test_a_rate_fires_once_and_recovers_once(office: Office) -> None:
    await office.alert(metric="SUCCESS_RATE", windowMinutes=10, minimumCount=3, threshold=66.7)
    await office.desk.tell([settled("a", NOW - 3 * MINUTE, 1), failed("b", NOW - 2 * MINUTE)])
    assert await office.evaluate(NOW) == 0
    [alert] = await office.standing()
    assert [alert["state"], alert["lastValue"], alert["crossings"]] == ["UNKNOWN", None, []]  # two decided attempts
    await office.desk.tell([settled("c", NOW - 1 * MINUTE, 1)])
    assert await office.evaluate(NOW + MINUTE) == 1
    assert await office.evaluate(NOW + 2 * MINUTE) == 0
    [alert] = await office.standing()
    assert [alert["state"], alert["lastValue"]] == ["FIRING", 66.666667]
    assert alert["stateSince"] == "2026-05-13T12:01:00.000000Z"
    await office.desk.tell([settled("d", NOW + 2 * MINUTE, 1)])
    assert await office.evaluate(NOW + 3 * MINUTE) == 1  # 3 of 4
    assert await office.evaluate(NOW + 30 * MINUTE) == 0  # nothing decided in ten minutes: nothing is said
    [alert] = await office.standing()
    assert alert["state"] == "OK"
    assert [(each["number"], each["kind"], each["value"]) for each in alert["crossings"]] == [
        (2, "RECOVERED", 75),
        (1, "FIRED", 66.666667),
    ]
    assert alert["crossings"][1]["window"] == {
        "start": "2026-05-13T11:51:00.000000Z",
        "end": "2026-05-13T12:01:00.000000Z",
    }
    assert alert["crossings"][0]["delivery"] == "NONE"


async def test_no_revenue_for_an_hour_and_a_dead_endpoint(office: Office) -> None:
    await office.alert(metric="REVENUE", comparison="AT_MOST", threshold="0")
    dead = {"dimension": "ENDPOINT", "values": ["https://dead.example/"]}
    await office.alert(metric="WEBHOOK_SUCCESS_RATE", comparison="AT_MOST", threshold=0, minimumCount=2, filter=dead)
    await office.desk.tell(
        [
            settled("a", NOW - 59 * MINUTE, 5),
            webhook("x", NOW - MINUTE),
            *(webhook(f"d{n}", NOW - n * MINUTE, "failed", endpoint="https://dead.example/") for n in (1, 2)),
        ]
    )
    assert await office.evaluate(NOW) == 1
    assert [alert["state"] for alert in await office.standing()] == ["OK", "FIRING"]
    assert await office.evaluate(NOW + 2 * MINUTE) == 1
    revenue, _ = await office.standing()
    assert [revenue["state"], revenue["lastValue"], revenue["crossings"][0]["threshold"]] == ["FIRING", "0", "0"]


async def test_a_minute_that_runs_twice_or_late_writes_nothing_again(office: Office) -> None:
    await office.alert(metric="FAILED", comparison="AT_LEAST", threshold=1)
    await office.desk.tell([failed("a", NOW - MINUTE)])
    ran = await asyncio.gather(*(office.evaluate(NOW) for _ in range(4)))
    assert sorted(ran) == [0, 0, 0, 1]
    assert await office.evaluate(NOW - timedelta(hours=5)) == 0  # made up late: its reading is older than the last
    [alert] = await office.standing()
    assert [alert["state"], len(alert["crossings"])] == ["FIRING", 1]


async def test_a_change_meanwhile_voids_the_reading(office: Office) -> None:
    alert_id, _ = await office.alert(metric="FAILED", comparison="AT_LEAST", threshold=1)
    await office.desk.tell([failed("a", NOW - MINUTE)])
    change = "mutation ($input: UpdateAlertInput!) { updateAlert(input: $input) { alert { state } } }"
    run_named = office.context.executor.run_named

    async def changed_after_reading(*args: object, **more: object) -> object:
        result = await run_named(*args, **more)  # type: ignore[arg-type]
        await office.desk.data(change, input={"merchantId": "shop", "id": alert_id, "threshold": 2})
        return result

    office.context.executor.run_named = changed_after_reading  # type: ignore[method-assign, assignment]
    assert await office.evaluate(NOW) == 0
    office.context.executor.run_named = run_named  # type: ignore[method-assign]
    assert await office.evaluate(NOW + MINUTE) == 0
    [alert] = await office.standing()
    assert [alert["state"], alert["lastValue"]] == ["OK", 1]


async def test_what_cannot_be_read_fails_the_run_and_the_rest_is_written_down(office: Office) -> None:
    await office.alert(metric="REVENUE", comparison="AT_MOST", threshold="0")
    await office.alert(metric="API_LATENCY_P99", comparison="ABOVE", threshold=1)
    await office.alert(metric="FAILED", comparison="AT_LEAST", threshold=1)
    async with office.desk.database.acquire() as connection:
        await connection.execute("UPDATE alerts SET metric = 'GONE' WHERE metric = 'FAILED'")

    def away(statement: str) -> None:
        if statement == "api_latency_cells":
            raise StoreUnavailable("TimeoutError")

    counting, office.desk.database.on_statement = office.desk.database.on_statement, away
    with pytest.raises(AlertsNotRead, match=r"^alerts could not be read: STORE_UNAVAILABLE$"):
        await office.evaluate(NOW)
    office.desk.database.on_statement = counting
    assert await written(office) == [("REVENUE", NOW, "firing"), ("API_LATENCY_P99", None, "unknown")]
    assert await office.evaluate(NOW) == 0  # a metric that is gone is no failure
    assert await written(office) == [("REVENUE", NOW, "firing"), ("API_LATENCY_P99", NOW, "unknown")]
    async with office.desk.database.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM alert_crossings") == 1


async def written(office: Office) -> list[tuple[object, ...]]:
    """Which alerts of metrics that are there were looked at, and how they stand."""
    async with office.desk.database.acquire() as connection:
        rows = await connection.fetch(
            "SELECT metric, evaluated_until, state FROM alerts WHERE metric <> 'GONE' ORDER BY metric DESC"
        )
    return [tuple(row) for row in rows]


async def test_a_suspended_merchant_and_a_disabled_alert_are_left_alone(office: Office) -> None:
    await office.desk.merchants("gone", state="suspended")
    await office.alert(metric="REVENUE", comparison="AT_MOST", threshold=0, merchantId="gone")
    await office.alert(metric="REVENUE", comparison="AT_MOST", threshold=0, enabled=False)
    assert await office.evaluate(NOW) == 0
    assert [alert["evaluatedUntil"] for alert in await office.standing()] == [None]


async def test_fifty_merchants_cost_the_statements_of_one(office: Office) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    one: list[str] = []
    for number, each in enumerate(ids):
        await office.desk.merchants(each, zone=["UTC", "Asia/Kathmandu"][number % 2])
        for metric in ("SUCCESS_RATE", "REVENUE", "UNIQUE_PAYERS", "API_LATENCY_P99"):
            await office.alert(merchantId=each, metric=metric, threshold=1, windowMinutes=37 + number)
        if number == 0:
            office.desk.statements.clear()
            await office.evaluate(NOW)
            one = sorted(office.desk.statements)
    office.desk.statements.clear()
    await office.evaluate(NOW + MINUTE)
    assert sorted(office.desk.statements) == one
    assert one == [
        "api_latency_cells",
        "enabled_alerts_after",
        "payers_cells",
        "record_alert_readings",
        "revenue_often_cells",
    ]

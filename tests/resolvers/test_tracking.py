"""Telling events through GraphQL: what is taken, what is refused and why, nothing twice."""

from typing import Any

import pytest

from resolvers.tracking import MAX_EVENTS
from tests.factories import settled
from tests.resolvers.conftest import FACILITATOR, Desk, merchant

PAYMENT = """mutation ($i: TrackPaymentInput!) { trackPayment(input: $i) {
  eventId status refusal { index eventId code field message } } }"""
EVENTS = """mutation ($e: [Event!]!) { trackEvents(events: $e) {
  accepted duplicate rejected refusals { index eventId code field } } }"""
TODAY = "{ merchant { realtime { today { revenue { zatoshi } uniquePayers anonymousPayments } } } }"
SHOP = merchant("shop")


def payment(**fields: Any) -> dict[str, Any]:
    return {"eventId": "e1", "paymentId": "p1", "type": "SETTLED", "occurredAt": "2026-05-13T10:00:00Z", **fields}


async def test_payment_is_taken_once_and_counts_once(desk: Desk) -> None:
    await desk.merchants("shop")
    event = payment(
        amount="2100000000000000",
        fee=5,
        payer="t1",
        method="TRANSPARENT",
        resource="/song",
        attempt=2,
        latencyMs=10,
        stepLatencyMs=3,
        country="DE",
        metadata={"order": [1, {"x": None}]},
    )
    for status in ("ACCEPTED", "DUPLICATE"):
        told = await desk.data(PAYMENT, SHOP, i=event)
        assert told["trackPayment"] == {"eventId": "e1", "status": status, "refusal": None}
    today = (await desk.data(TODAY, SHOP))["merchant"]["realtime"]["today"]
    assert today == {"revenue": {"zatoshi": "2100000000000000"}, "uniquePayers": 1, "anonymousPayments": 0}
    async with desk.database.acquire() as connection:
        row = await connection.fetchrow(
            "SELECT type, amount_zat, fee_zat, payer, method, resource, attempt, latency_ms, step_latency_ms, country,"
            " metadata FROM payment_events"
        )
    assert row is not None
    assert tuple(row) == (
        "settled", 2_100_000_000_000_000, 5, "t1", "transparent", "/song", 2, 10, 3, "DE", {"order": [1, {"x": None}]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"amount": -1}, "INVALID_AMOUNT", "amount"),
        ({"amount": "2100000000000001"}, "INVALID_AMOUNT", "amount"),
        ({}, "MISSING_FIELD", "amount"),
        ({"amount": 1, "occurredAt": None}, "MISSING_FIELD", "occurred_at"),
        ({"amount": 1, "occurredAt": "2026-05-13T12:06:00Z"}, "IN_THE_FUTURE", "occurred_at"),
        ({"amount": 1, "occurredAt": "1969-01-01T00:00:00Z"}, "TOO_OLD", "occurred_at"),
        ({"amount": 1, "attempt": 0}, "INVALID_VALUE", "attempt"),
        ({"amount": 1, "country": "de"}, "INVALID_VALUE", "country"),
        ({"amount": 1, "corrects": "e0"}, "INVALID_VALUE", "corrects"),
        ({"amount": 1, "eventId": "x" * 129}, "INVALID_VALUE", "event_id"),
    ],
)
async def test_refused_payment_says_which_field_and_why(
    desk: Desk, fields: dict[str, Any], code: str, field: str
) -> None:
    await desk.merchants("shop")
    told = (await desk.data(PAYMENT, SHOP, i=payment(**fields)))["trackPayment"]
    assert (told["status"], told["refusal"]["code"], told["refusal"]["field"]) == ("REJECTED", code, field)
    assert told["refusal"]["message"]
    async with desk.database.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM payment_events") == 0


@pytest.mark.parametrize("amount", [1.5, 1.0, "1.5", "1e3", "", " 1", True, [], {}, 1e21])
async def test_amount_that_is_no_whole_number_never_gets_in(desk: Desk, amount: object) -> None:
    await desk.merchants("shop")
    result = await desk.ask(PAYMENT, SHOP, i=payment(amount=amount))
    assert (result.executed, result.codes, desk.statements) == (False, ("BAD_USER_INPUT",), [])
    assert "amount" in result.errors[0]["message"]


async def test_known_id_with_other_content_is_a_conflict(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.data(PAYMENT, SHOP, i=payment(amount=1))
    told = (await desk.data(PAYMENT, SHOP, i=payment(amount=2)))["trackPayment"]
    assert (told["status"], told["refusal"]["code"]) == ("REJECTED", "EVENT_CONFLICT")


async def test_correction_takes_back(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.data(PAYMENT, SHOP, i=payment(amount=7))
    await desk.data(PAYMENT, SHOP, i=payment(eventId="e2", type="CORRECTED", corrects="e1"))
    today = (await desk.data(TODAY, SHOP))["merchant"]["realtime"]["today"]
    assert today == {"revenue": {"zatoshi": "0"}, "uniquePayers": 0, "anonymousPayments": 0}


@pytest.mark.parametrize(
    ("field", "given", "table"),
    [
        ("trackResourceAccess", 'outcome: CHALLENGED, resource: "/song"', "resource_accesses"),
        ("trackUniquePayer", 'payer: "t1", amount: 5', "payer_sightings"),
        (
            "trackWebhookDelivery",
            'deliveryId: "d", eventType: "payment.settled", endpoint: "https://x", outcome: DELIVERED, httpStatus: 200',
            "webhook_deliveries",
        ),
        ("trackApiRequest", 'endpoint: "/verify", status: 200, latencyMs: 12', "api_requests"),
    ],
)
async def test_other_streams(desk: Desk, field: str, given: str, table: str) -> None:
    await desk.merchants("shop")
    document = (
        f'mutation {{ {field}(input: {{eventId: "1", occurredAt: "2026-05-13T10:00:00Z", {given}}}) {{ status }} }}'
    )
    assert await desk.data(document, SHOP) == {field: {"status": "ACCEPTED"}}
    async with desk.database.acquire() as connection:
        owners = await connection.fetch(f"SELECT merchant_id FROM {table}")
    assert [row["merchant_id"] for row in owners] == ["shop"]


async def test_facilitator_names_the_merchant_or_none_for_its_own_api(desk: Desk) -> None:
    await desk.merchants("shop")
    told = (await desk.data(PAYMENT, i=payment(amount=1)))["trackPayment"]
    assert told["refusal"]["code"] == "MISSING_FIELD"
    told = (await desk.data(PAYMENT, i=payment(amount=1, merchantId="shop")))["trackPayment"]
    assert told["status"] == "ACCEPTED"
    told = (await desk.data(PAYMENT, i=payment(amount=1, merchantId="nobody")))["trackPayment"]
    assert told["refusal"]["code"] == "UNKNOWN_MERCHANT"
    given = 'eventId: "1", occurredAt: "2026-05-13T10:00:00Z", endpoint: "/verify", status: 200, latencyMs: 12'
    assert await desk.data(f"mutation {{ trackApiRequest(input: {{{given}}}) {{ status }} }}") == {
        "trackApiRequest": {"status": "ACCEPTED"}
    }


async def test_many_events_are_each_judged_alone(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    good, again = settled("a", "2026-05-13T10:00:00", 5), settled("b", "2026-05-13T10:00:00", "6")
    events = [
        good,
        {**again, "amount": -3, "event_id": "negative"},
        again,
        {**again, "amount": 0.5, "event_id": "fraction"},
        {**again, "occurred_at": "2026-05-13T10:00:00", "event_id": "naive"},
        {**again, "merchant_id": "other", "event_id": "foreign"},
        {"stream": "nothing"},
        {},
        again,
        {**again, "amount": 8},
    ]
    told = (await desk.data(EVENTS, SHOP, e=events))["trackEvents"]
    assert (told["accepted"], told["duplicate"], told["rejected"]) == (2, 1, 7)
    assert [(each["index"], each["eventId"], each["code"]) for each in told["refusals"]] == [
        (1, "negative", "INVALID_AMOUNT"),
        (3, "fraction", "INVALID_AMOUNT"),
        (4, "naive", "TIME_WITHOUT_ZONE"),
        (5, "foreign", "FORBIDDEN_MERCHANT"),
        (6, None, "UNKNOWN_STREAM"),
        (7, None, "MISSING_FIELD"),
        (9, "b-settled-1", "EVENT_CONFLICT"),
    ]
    today = (await desk.data(TODAY, SHOP))["merchant"]["realtime"]["today"]
    assert today == {"revenue": {"zatoshi": "11"}, "uniquePayers": 0, "anonymousPayments": 2}


async def test_too_many_events_are_refused_whole(desk: Desk) -> None:
    result = await desk.ask(EVENTS, SHOP, e=[{}] * (MAX_EVENTS + 1))
    assert (result.codes, desk.statements) == (("BAD_USER_INPUT",), [])


async def test_event_that_is_no_object_is_bad_input(desk: Desk) -> None:
    result = await desk.ask(EVENTS, SHOP, e=["text"])
    assert (result.executed, result.codes) == (False, ("BAD_USER_INPUT",))


async def test_forgotten_payer_leaves_counts_and_sums(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [settled("a", "2026-05-13T10:00:00", 5, payer="t1"), settled("b", "2026-05-13T11:00:00", 6, payer="t2")]
    )
    forget = 'mutation { forgetPayer(payer: "t1") { eventCount } }'
    assert await desk.data(forget, SHOP) == {"forgetPayer": {"eventCount": 1}}
    assert await desk.data(forget, SHOP) == {"forgetPayer": {"eventCount": 0}}
    today = (await desk.data(TODAY, SHOP))["merchant"]["realtime"]["today"]
    assert today == {"revenue": {"zatoshi": "11"}, "uniquePayers": 2, "anonymousPayments": 0}
    recent = (await desk.data("{ merchant { realtime { recentPayments { payer } } } }", SHOP))["merchant"]
    payers = [each["payer"] for each in recent["realtime"]["recentPayments"]]
    assert payers[0] == "t2"
    assert "t1" not in payers


@pytest.mark.parametrize("payer", ["", "\\u0000", "x" * 513])
async def test_payer_that_cannot_be_is_refused_without_sql(desk: Desk, payer: str) -> None:
    result = await desk.ask(
        f'mutation {{ forgetPayer(payer: "{payer}", merchantId: "shop") {{ eventCount }} }}', FACILITATOR
    )
    assert (result.codes, desk.statements) == (("BAD_USER_INPUT",), [])

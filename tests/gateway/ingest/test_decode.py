"""Decoding: what is taken, in which one form, and the code, field and reason of what is not."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ingest.batch import COLUMNS, digest
from gateway.ingest.check import Terms, normalise
from gateway.ingest.codes import Code, Refusal
from gateway.ingest.decode import decode, explain
from gateway.ingest.events import STREAMS, Event, PaymentEvent
from gateway.ingest.window import Window, months_before
from resolvers.refusals import RefusalCode
from sql import Database
from tests.factories import WireEvent, access, api_request, created, failed, settled, sighting, webhook
from tests.strategies.arrivals import Scenario, scenarios

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
TERMS = Terms(Window.at(NOW, 13))
AT = "2026-03-10T12:00:00Z"
HALF_PAST = datetime(2026, 3, 10, 9, 0, 0, 500_000, UTC)
ODD = (
    st.none() | st.integers() | st.text() | st.floats() | st.lists(st.text()) | st.dictionaries(st.text(), st.floats())
)


def wire(**fields: object) -> bytes:
    """A created event of a payment with these fields; `...` leaves one out."""
    event = {**created("p1", AT), **fields}
    return json.dumps({name: given for name, given in event.items() if given is not ...}).encode()


def taken(line: bytes, terms: Terms = TERMS) -> Event:
    event = decode(line, terms)
    assert not isinstance(event, Refusal), event
    return event


REFUSED: list[tuple[bytes, Code, str | None]] = [
    (b"nonsense", Code.MALFORMED, None),
    (b"[1]", Code.MALFORMED, None),
    (b'"text"', Code.MALFORMED, None),
    (b'{"event_id": NaN}', Code.MALFORMED, None),
    (b'{"event_id": "\xff"}', Code.MALFORMED, None),
    (b'{"metadata":' + b"[" * 30_000, Code.MALFORMED, None),
    (wire(stream="refunds"), Code.UNKNOWN_STREAM, "stream"),
    (wire(stream=1), Code.UNKNOWN_STREAM, "stream"),
    (wire(stream="api_requests"), Code.UNKNOWN_FIELD, "type"),
    (wire(paymentid="p1"), Code.UNKNOWN_FIELD, "paymentid"),
    (wire(voided=True), Code.UNKNOWN_FIELD, "voided"),
    (wire(event_id=...), Code.MISSING_FIELD, "event_id"),
    (wire(payment_id=None), Code.MISSING_FIELD, "payment_id"),
    (wire(merchant_id=...), Code.MISSING_FIELD, "merchant_id"),
    (wire(occurred_at=...), Code.MISSING_FIELD, "occurred_at"),
    (wire(type="settled"), Code.MISSING_FIELD, "amount"),
    (wire(type="refunded", fee=1), Code.MISSING_FIELD, "amount"),
    (wire(type="corrected"), Code.MISSING_FIELD, "corrects"),
    (wire(payer=5), Code.INVALID_TYPE, "payer"),
    (wire(attempt="2"), Code.INVALID_TYPE, "attempt"),
    (wire(attempt=True), Code.INVALID_TYPE, "attempt"),
    (wire(latency_ms=1.5), Code.INVALID_TYPE, "latency_ms"),
    (wire(metadata=[1]), Code.INVALID_TYPE, "metadata"),
    (wire(type="paid"), Code.INVALID_VALUE, "type"),
    (wire(method="lightning"), Code.INVALID_VALUE, "method"),
    (wire(attempt=0), Code.INVALID_VALUE, "attempt"),
    (wire(attempt=10_001), Code.INVALID_VALUE, "attempt"),
    (wire(latency_ms=-1), Code.INVALID_VALUE, "latency_ms"),
    (wire(latency_ms=31 * 24 * 3600 * 1000 + 1), Code.INVALID_VALUE, "latency_ms"),
    (wire(country="de"), Code.INVALID_VALUE, "country"),
    (wire(country="DE\n"), Code.INVALID_VALUE, "country"),
    (wire(payer=""), Code.INVALID_VALUE, "payer"),
    (wire(payer="a\0b"), Code.INVALID_VALUE, "payer"),
    (wire(payer="\ud800"), Code.INVALID_VALUE, "payer"),
    (wire(payer="é" * 257), Code.INVALID_VALUE, "payer"),
    (wire(resource="x" * 2049), Code.INVALID_VALUE, "resource"),
    (wire(resource="é" * 1025), Code.INVALID_VALUE, "resource"),
    (wire(event_id="e" * 129), Code.INVALID_VALUE, "event_id"),
    (wire(corrects="e"), Code.INVALID_VALUE, "corrects"),
    (wire(type="corrected", corrects="p1-created-1"), Code.INVALID_VALUE, "corrects"),
    (wire(metadata={"a": ["\0"]}), Code.INVALID_VALUE, "metadata"),
    (wire(metadata={"text": "x" * 16_400}), Code.INVALID_VALUE, "metadata"),
    (wire(metadata={})[:-3] + b'{"n":1e999}}', Code.INVALID_VALUE, "metadata"),
    (wire(amount=-1), Code.INVALID_AMOUNT, "amount"),
    (wire(amount=1.0), Code.INVALID_AMOUNT, "amount"),
    (wire(amount=True), Code.INVALID_AMOUNT, "amount"),
    (wire(amount="1.5"), Code.INVALID_AMOUNT, "amount"),
    (wire(amount="-1"), Code.INVALID_AMOUNT, "amount"),
    (wire(amount="1e3"), Code.INVALID_AMOUNT, "amount"),
    (wire(amount="12\n"), Code.INVALID_AMOUNT, "amount"),
    (wire(amount="١٢"), Code.INVALID_AMOUNT, "amount"),
    (wire(amount=2_100_000_000_000_001), Code.INVALID_AMOUNT, "amount"),
    (wire(fee="2100000000000001"), Code.INVALID_AMOUNT, "fee"),
    (wire(fee=-0.5), Code.INVALID_AMOUNT, "fee"),
    (wire(occurred_at="yesterday"), Code.INVALID_TIME, "occurred_at"),
    (wire(occurred_at=1_770_000_000), Code.INVALID_TIME, "occurred_at"),
    (wire(occurred_at="2026-03-10"), Code.INVALID_TIME, "occurred_at"),
    (wire(occurred_at="2026-02-30T12:00:00Z"), Code.INVALID_TIME, "occurred_at"),
    (wire(occurred_at="2026-03-10T12:00:00.1234567Z"), Code.INVALID_TIME, "occurred_at"),
    (wire(occurred_at="2026-03-10T12:00:00"), Code.TIME_WITHOUT_ZONE, "occurred_at"),
    (wire(occurred_at="2025-02-15T11:59:59.999999Z"), Code.TOO_OLD, "occurred_at"),
    (wire(occurred_at="0001-01-01T00:00:00+14:00"), Code.TOO_OLD, "occurred_at"),
    (wire(occurred_at="2026-03-15T12:05:00.000001Z"), Code.IN_THE_FUTURE, "occurred_at"),
    (wire(occurred_at="9999-12-31T23:59:59-14:00"), Code.IN_THE_FUTURE, "occurred_at"),
]


@pytest.mark.parametrize(("line", "code", "field"), REFUSED, ids=[f"{r[1]}-{n}" for n, r in enumerate(REFUSED)])
def test_what_is_refused_and_why(line: bytes, code: Code, field: str | None) -> None:
    refusal = decode(line, TERMS)
    assert isinstance(refusal, Refusal), refusal
    assert (refusal.code, refusal.field) == (code, field)
    assert refusal.reason
    refusal.reason.encode()


def test_a_reason_tells_what_to_send_instead() -> None:
    reasons = {}
    for fields in ({"amount": 1.5}, {"occurred_at": "2026-03-10T12:00:00"}, {"paymentid": "p"}, {"type": "paid"}):
        refusal = decode(wire(**fields), TERMS)
        assert isinstance(refusal, Refusal)
        reasons[next(iter(fields))] = refusal.reason
    assert reasons == {
        "amount": "amount must be zatoshi, an integer or a string of digits from 0 to 2100000000000000, "
        "no fraction or sign",
        "occurred_at": "occurred_at has no zone; it must be ISO 8601 with a zone, at most to the microsecond, "
        'as "2026-03-01T12:00:00.000000Z"',
        "paymentid": "there is no field paymentid; did you mean payment_id?",
        "type": "type must be one of created, verifying, verified, settled, failed, expired, retried, refunded, "
        "corrected",
    }


def test_the_codes_are_those_that_graphql_tells() -> None:
    assert {code.value for code in Code} == {code.value for code in RefusalCode}


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        (wire(amount="0002100000000000")[:-1] + b"}", {"amount_zat": 2_100_000_000_000}),
        (
            wire(occurred_at="2026-03-10t14:45:00.5+05:45"),
            {"occurred_at": HALF_PAST},
        ),
        (wire(occurred_at="2026-03-15T12:05:00Z"), {"occurred_at": NOW + timedelta(minutes=5)}),
        (wire(occurred_at="2025-02-15T12:00:00Z"), {"occurred_at": datetime(2025, 2, 15, 12, tzinfo=UTC)}),
        (wire(type="failed", failure_code="Odd"), {"failure_code": "OTHER", "failure_reason": "Odd"}),
        (wire(type="failed", failure_code="Odd", failure_reason="why"), {"failure_reason": "why"}),
        (wire(type="failed"), {"failure_code": "OTHER", "failure_reason": None}),
        (wire(type="failed", failure_code="TIMEOUT"), {"failure_code": "TIMEOUT", "failure_reason": None}),
        (wire(payer="v1.12345678", resource='"stream"'), {"payer": "v1.12345678", "resource": '"stream"'}),
        (wire(payer="back\\u0000slash"), {"payer": "back\\u0000slash"}),
        (wire(resource="é" * 1024), {"resource": "é" * 1024}),
        (b'{"\\u0073tream":"payment_events",' + wire()[1:], {"type": "created"}),
        (b'{"type":"expired","type":"nonsense",' + wire()[1:], {"type": "created"}),
    ],
)
def test_what_is_taken_and_how(given: bytes, stored: dict[str, object]) -> None:
    event = taken(given)
    assert {name: getattr(event, name) for name in stored} == stored


def test_the_time_of_a_uuid7_is_taken_where_none_is_told() -> None:
    event_id = "019cd7e9-9e00-7abc-8def-0123456789ab"
    event = taken(wire(event_id=event_id, occurred_at=...))
    assert event.occurred_at == datetime.fromtimestamp(0x019CD7E99E00 / 1000, UTC)
    told = str(event.occurred_at.isoformat())
    assert digest(taken(wire(event_id=event_id, occurred_at=told))) == digest(event)
    for odd in (event_id.replace("-7abc", "-4abc"), event_id[:-1], "x" + event_id):
        assert isinstance(decode(wire(event_id=odd, occurred_at=...), TERMS), Refusal)


def test_a_bound_writer_needs_no_merchant_and_may_name_no_other() -> None:
    bound = Terms(TERMS.window, "shop")
    assert taken(wire(merchant_id=...), bound).merchant_id == "shop"
    refusal = decode(wire(merchant_id="other"), bound)
    assert isinstance(refusal, Refusal)
    assert refusal.code is Code.FORBIDDEN_MERCHANT
    nobodys = json.dumps(api_request("/pay", AT, merchant=None)).encode()
    assert taken(nobodys).merchant_id == ""
    assert taken(nobodys, bound).merchant_id == "shop"


def test_equal_content_has_one_digest_and_other_content_another() -> None:
    event = settled("p1", AT, 5, metadata={"b": 1, "a": [1.5]})
    same: list[WireEvent] = [
        dict(reversed(event.items())),
        event | {"amount": "5"},
        event | {"occurred_at": "2026-03-10T13:00:00.000+01:00"},
        event | {"attempt": 1, "payer": None, "stream": "payment_events"},
        event | {"metadata": {"a": [1.5], "b": 1}},
    ]
    others: list[WireEvent] = [
        event | {"amount": 6},
        event | {"payer": "t1"},
        event | {"attempt": 2},
        event | {"metadata": {"a": [1.5], "b": 2}},
        event | {"occurred_at": "2026-03-10T12:00:00.000001Z"},
    ]
    first = digest(taken(json.dumps(event).encode()))
    assert {digest(taken(json.dumps(other).encode())) for other in same} == {first}
    assert len({first, *(digest(taken(json.dumps(other).encode())) for other in others)}) == 6


def test_digests_do_not_change_from_release_to_release() -> None:
    """They are stored: another one for the same content would refuse a client's honest retry."""
    events = [
        settled("p1", AT, 5, payer="t1", metadata={"a": 1}),
        failed("p1", AT),
        access("/a", AT),
        sighting("t1", AT),
        webhook("d1", AT),
        api_request("/pay", AT),
    ]
    assert [digest(taken(json.dumps(event).encode())).hex() for event in events] == DIGESTS


@given(scenarios(max_events=8))
def test_the_slow_path_takes_what_the_fast_one_takes(scenario: Scenario) -> None:
    terms = Terms(Window.at(datetime(2026, 11, 20, tzinfo=UTC), None))
    for line in scenario.lines:
        slow = explain(json.dumps(line).encode())
        assert not isinstance(slow, Refusal)
        assert normalise(slow, terms) is None
        assert slow == taken(json.dumps(line).encode(), terms)


@given(st.dictionaries(st.sampled_from([*PaymentEvent.__struct_encode_fields__, "stream", "x"]), ODD))
def test_nothing_makes_the_decoder_fail(fields: dict[str, Any]) -> None:
    outcome = decode(json.dumps({**created("p1", AT), **fields}).encode(), TERMS)
    if not isinstance(outcome, Refusal):
        digest(outcome)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_decoder_fail(line: bytes) -> None:
    assert isinstance(decode(line, TERMS), Refusal)


async def test_fields_are_the_columns_of_their_tables(database: Database) -> None:
    async with database.acquire() as connection:
        for stream, kind in STREAMS.items():
            rows = await connection.fetch(
                "SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0", stream
            )
            assert {row[0] for row in rows} == set(COLUMNS[kind])


@pytest.mark.parametrize(
    ("instant", "months", "expected"),
    [
        (datetime(2026, 3, 31, 5, tzinfo=UTC), 1, datetime(2026, 2, 28, 5, tzinfo=UTC)),
        (datetime(2026, 1, 15, tzinfo=UTC), 13, datetime(2024, 12, 15, tzinfo=UTC)),
        (datetime(2024, 3, 30, tzinfo=UTC), 1, datetime(2024, 2, 29, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), 9_999, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_months_before(instant: datetime, months: int, expected: datetime) -> None:
    assert months_before(instant, months) == expected


DIGESTS = [
    "d237a4779d60f894d252891c2cae4fe8",
    "93b02efabdf4ca56c1c5ca91c933fe87",
    "c551c93cea881d82135d1b4f2665dfda",
    "92822be364b19ed38abc99b86ffd2ae8",
    "2f5f132887f531a14b50afe094ec99c0",
    "97668687f79e98f01a87b7a672270a69",
]

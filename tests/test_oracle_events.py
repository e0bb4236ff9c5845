"""Golden cases of what counts at all: repeats, contradictions, corrections."""

import uuid
from datetime import UTC, datetime

from tests.factories import access, corrected, failed, settled
from tests.oracle.events import Outcome, ingest, parse

NOON = "2026-05-05T12:00:00Z"


def test_the_same_content_written_another_way_is_a_duplicate() -> None:
    event = settled("p", NOON, 5, payer=None)
    again = {
        **event,
        "amount": "5",
        "occurred_at": "2026-05-05T17:45:00+05:45",
        "stream": "payment_events",
        "attempt": 1,
    }
    del again["payer"]
    ledger = ingest([event, again])
    assert ledger.outcomes == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert len(ledger.counted) == 1


def test_the_first_arrival_wins_over_other_content() -> None:
    ledger = ingest([settled("p", NOON, 5), settled("p", NOON, 6), settled("p", NOON, 5)])
    assert ledger.outcomes == (Outcome.ACCEPTED, Outcome.EVENT_CONFLICT, Outcome.DUPLICATE)
    assert [event.amount for event in ledger.counted] == [5]


def test_an_id_is_known_over_all_streams_of_its_merchant_and_of_no_other() -> None:
    lines = [
        settled("p", NOON, 5, event_id="x"),
        access("/a", NOON, event_id="x"),
        settled("p", NOON, 5, event_id="x", merchant="other"),
    ]
    assert ingest(lines).outcomes == (Outcome.ACCEPTED, Outcome.EVENT_CONFLICT, Outcome.ACCEPTED)


def test_a_correction_takes_back_whichever_arrives_first() -> None:
    sale = settled("p", NOON, 5)
    correction = corrected(sale, "2026-06-01T00:00:00Z")
    for lines in ([sale, correction], [correction, sale]):
        ledger = ingest(lines)
        assert len(ledger.accepted) == 2
        assert ledger.counted == ()


def test_a_correction_of_a_correction_does_nothing() -> None:
    sale = settled("p", NOON, 5)
    correction = corrected(sale)
    assert ingest([sale, correction, corrected(correction)]).counted == ()


def test_a_correction_reaches_payment_events_of_its_own_merchant_alone() -> None:
    lines = [
        settled("p", NOON, 5, merchant="other", event_id="x"),
        access("/a", NOON, event_id="y"),
        corrected(settled("p", NOON, 5, event_id="x")),
        corrected(settled("p", NOON, 5, event_id="y")),
    ]
    assert [event.event_id for event in ingest(lines).counted] == ["x", "y"]


def test_a_refused_contradiction_takes_nothing_back() -> None:
    sale = settled("p", NOON, 5)
    contradiction = corrected(sale, event_id="known")
    assert len(ingest([settled("q", NOON, 1, event_id="known"), contradiction, sale]).counted) == 2


def test_an_unknown_failure_code_becomes_other_with_its_text() -> None:
    assert parse(failed("p", NOON, "ODD")) == parse(failed("p", NOON, "OTHER", failure_reason="ODD"))
    assert parse(failed("p", NOON, "ODD", failure_reason="told")).failure_reason == "told"
    assert parse(failed("p", NOON, None)).failure_code == "OTHER"


def test_a_uuid_of_version_7_gives_the_time_where_none_is_told() -> None:
    moment = datetime(2026, 5, 5, 12, 0, 0, 123_000, tzinfo=UTC)
    milliseconds = int(moment.timestamp()) * 1000 + 123
    identity = uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62) | 1)
    event = settled("p", NOON, 5, event_id=str(identity))
    del event["occurred_at"]
    assert parse(event).occurred_at == moment

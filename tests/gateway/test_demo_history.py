"""The demo's stream: the same for the same seed, whole in its parts, alive in its numbers."""

import gc
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import mean
from zoneinfo import ZoneInfo

import orjson
import pytest

from gateway.demo.event import Event
from gateway.demo.history import history
from gateway.demo.merchants import merchants
from gateway.ingest.check import Terms
from gateway.ingest.parse import Parser
from gateway.ingest.window import Window

UNTIL = datetime(2026, 11, 22, 16, tzinfo=UTC)
SEED = 402
# Changes whenever the invented history does. Nothing stored depends on it.
DIGEST = "a69a5162061747b3133785645e95e75e"


def gathered(chunks: Iterable[list[Event]]) -> list[Event]:
    return [event for chunk in chunks for event in chunk]


def digest(events: Iterable[Event]) -> str:
    found = hashlib.blake2b(digest_size=16)
    for event in events:
        found.update(orjson.dumps(event))
    return found.hexdigest()


def text(event: Event, key: str) -> str:
    return str(event[key])


def payments(events: Iterable[Event]) -> dict[str, list[Event]]:
    found = defaultdict(list)
    for event in events:
        if "stream" not in event:
            found[text(event, "payment_id")].append(event)
    return found


@pytest.fixture(scope="module")
def events() -> Iterator[list[Event]]:
    """The whole history, set aside from garbage collection, which would visit it again and again."""
    found = gathered(history(SEED, UNTIL))
    gc.freeze()
    yield found
    gc.unfreeze()


def test_same_seed_and_instant_give_the_same_bytes(events: list[Event]) -> None:
    """The digest was written down by another process, on another day."""
    assert digest(events) == DIGEST


def test_another_seed_gives_other_events(events: list[Event]) -> None:
    other = {text(event, "event_id") for event in gathered(history(SEED + 1, UNTIL, days=6))}
    assert other
    assert not other & {text(event, "event_id") for event in events}


def test_events_are_ordered_unique_and_before_the_instant(events: list[Event]) -> None:
    keys = [(text(event, "occurred_at"), text(event, "event_id")) for event in events]
    assert keys == sorted(keys)
    assert len({(event["merchant_id"], event["event_id"]) for event in events}) == len(events)
    assert keys[0][0] >= "2026-08-24T00:00:00"
    assert keys[-1][0] < "2026-11-22T16:00:00"


def test_every_event_is_one_that_the_gateway_takes(events: list[Event]) -> None:
    parser = Parser(lambda: Terms(Window.at(UNTIL, 13)))
    for begin in range(0, len(events), 1000):
        parser.feed(b"".join(orjson.dumps(event) + b"\n" for event in events[begin : begin + 1000]))
    parser.close()
    chunk = parser.take()
    assert chunk.refused == []
    assert len(chunk.events) == len(events)


def test_past_days_stay_when_a_new_day_begins(events: list[Event]) -> None:
    """Away from the window's first days, where what an earlier day left over is missing."""
    low, high = "2026-09-05", "2026-11-20"
    later = gathered(history(SEED, UNTIL + timedelta(days=3)))
    kept = [e for e in events if low <= text(e, "occurred_at") < high and e["merchant_id"] != "agent-bazaar"]
    assert len(kept) > 80_000
    assert kept == [e for e in later if low <= text(e, "occurred_at") < high]


def test_an_earlier_instant_gives_a_prefix(events: list[Event]) -> None:
    earlier = gathered(history(SEED, UNTIL - timedelta(hours=15)))
    assert 150_000 < len(earlier) < len(events)
    assert events[: len(earlier)] == earlier


def test_size_and_spread(events: list[Event]) -> None:
    assert 200_000 < len(events) < 300_000
    sizes = Counter(text(event, "merchant_id") for event in events)
    assert set(sizes) == {merchant.id for merchant in merchants()}
    assert sizes.most_common()[0][1] > 500 * sizes.most_common()[-1][1]
    streams = Counter(text(event, "stream") if "stream" in event else "payment_events" for event in events)
    assert set(streams) == {
        "payment_events", "resource_accesses", "payer_sightings", "webhook_deliveries", "api_requests",
    }  # fmt: skip


def test_zones_include_odd_offsets_and_a_change_of_clocks() -> None:
    begin = UNTIL - timedelta(days=90)
    offsets = [(begin.astimezone(ZoneInfo(m.zone)).utcoffset(), UNTIL.astimezone(ZoneInfo(m.zone)).utcoffset())
               for m in merchants()]  # fmt: skip
    assert (timedelta(hours=5, minutes=45),) * 2 in offsets
    assert sum(first != last for first, last in offsets) >= 4
    assert len({merchant.id for merchant in merchants()}) == 12


def test_life_cycles_are_whole_and_latencies_add_up(events: list[Event]) -> None:
    states = Counter(text(e, "type") for e in events if "stream" not in e)
    assert min(states[kind] for kind in ("settled", "failed", "expired", "retried", "refunded")) > 300
    for steps in payments(events).values():
        assert steps[0]["type"] == "created"
        born = datetime.fromisoformat(text(steps[0], "occurred_at"))
        for before, step in pairwise(step for step in steps if step["type"] != "corrected"):
            at = datetime.fromisoformat(text(step, "occurred_at"))
            assert step["latency_ms"] == (at - born) // timedelta(milliseconds=1)
            since = at - datetime.fromisoformat(text(before, "occurred_at"))
            assert step["step_latency_ms"] == since // timedelta(milliseconds=1)
            assert ("attempt" in step) == (step.get("attempt", 1) != 1)


def test_retries_recover_and_refunds_stay_within_the_amount(events: list[Event]) -> None:
    recovered = 0
    for steps in payments(events).values():
        kinds = [text(step, "type") for step in steps]
        recovered += "settled" in kinds and "failed" in kinds
        refunds = [int(step["amount"] or 0) for step in steps if step["type"] == "refunded"]
        if refunds:
            settled = next(step for step in steps if step["type"] == "settled")
            assert sum(refunds) <= int(settled["amount"] or 0)
    assert recovered > 500


def test_shielded_payments_have_no_payer_and_others_come_back(events: list[Event]) -> None:
    settled = [event for event in events if event.get("type") == "settled"]
    for event in settled:
        assert ("payer" in event) == (event["method"] == "transparent")
    paid = Counter(text(event, "payer") for event in settled if "payer" in event)
    assert sum(1 for count in paid.values() if count == 1) > 300
    assert paid.most_common(1)[0][1] > 100


def test_customers_come_by_local_day_and_week(events: list[Event]) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begun = [datetime.fromisoformat(text(e, "occurred_at")).astimezone(zone) for e in events
             if e["merchant_id"] == "spree-models" and e.get("type") == "created"]  # fmt: skip
    hours = Counter(at.hour for at in begun)
    assert mean(hours[hour] for hour in range(9, 17)) > 6 * mean(hours[hour] for hour in range(1, 5))
    days = Counter(at.isoweekday() for at in begun)
    assert mean(days[day] for day in range(1, 6)) > 1.5 * mean(days[day] for day in (6, 7))

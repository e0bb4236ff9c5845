"""Corrections: whichever of the two arrives first, and however often, the named event counts nowhere."""

from itertools import permutations

import pytest

from sql import Database
from sql.maintenance import refresh, refresh_hinted
from tests.factories import WireEvent, access, corrected, failed, refunded, settled
from tests.gateway.ingest.conftest import Send
from tests.gateway.ingest.state import differences, payments, revenue, rows, stored_events, value

DAY = "2026-03-10T12:00:00"
PAID = settled("p1", DAY, 100, payer="t1")
FAILED = failed("p1", "2026-03-10T11:00:00")
TAKEN_BACK = corrected(PAID, "2026-03-11T08:00:00")
ORDERS = list(permutations((FAILED, PAID, TAKEN_BACK)))


@pytest.mark.parametrize("refreshed", [False, True])
@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(event["type"] for event in order))
async def test_any_order_gives_the_same(
    order: tuple[WireEvent, ...], refreshed: bool, send: Send, database: Database
) -> None:
    for event in order:
        assert await send(event) == ["accepted"]
        if refreshed:
            await refresh(database)
    [payment] = await payments(database)
    assert (payment[2], payment[6], payment[11], payment[15], payment[17]) == ("failed", None, 0, 0, None)
    assert [(row[2], row[3], row[5]) for row in await revenue(database)] == [(0, 1, 0)]
    assert [(event[1], event[3]) for event in await stored_events(database)] == [
        ("not-p1-settled-1", False),
        ("p1-failed-1", False),
        ("p1-settled-1", True),
    ]
    assert await send(*order) == ["duplicate"] * 3
    assert await differences(database) == []


async def test_within_one_batch(send: Send, database: Database) -> None:
    assert await send(TAKEN_BACK, PAID, FAILED, PAID) == ["accepted"] * 3 + ["duplicate"]
    assert [(row[2], row[3], row[5]) for row in await revenue(database)] == [(0, 1, 0)]
    assert await send(PAID) == ["duplicate"]
    assert await send(PAID | {"amount": 1}) == ["EVENT_CONFLICT"]
    assert await differences(database) == []


async def test_a_payment_with_nothing_left_is_gone(send: Send, database: Database) -> None:
    assert await send(PAID) == ["accepted"]
    assert await send(TAKEN_BACK, corrected(PAID, event_id="again")) == ["accepted"] * 2
    assert await payments(database) == []
    assert await value(database, "SELECT count(*) FROM revenue_month WHERE settled_count > 0") == 0
    assert await send(refunded("p1", DAY, 7)) == ["accepted"]
    assert [payment[2] for payment in await payments(database)] == ["refunded"]
    assert await differences(database) == []


async def test_what_cannot_be_taken_back_is_refused(send: Send, database: Database) -> None:
    visit = access("/a", DAY)
    assert await send(PAID, visit, TAKEN_BACK) == ["accepted"] * 3
    of_access = TAKEN_BACK | {"event_id": "c1", "corrects": visit["event_id"]}
    of_correction = TAKEN_BACK | {"event_id": "c2", "corrects": TAKEN_BACK["event_id"]}
    assert await send(of_access, of_correction) == ["INVALID_VALUE"] * 2
    assert await rows(database, "SELECT event_id FROM event_keys WHERE event_id IN ('c1', 'c2')") == []
    later = access("/b", DAY)
    assert await send(of_access | {"corrects": later["event_id"]}, later) == ["INVALID_VALUE", "accepted"]
    assert await value(database, "SELECT count(*) FROM resource_accesses") == 2
    assert await differences(database) == []


async def test_a_correction_of_what_turns_out_to_be_no_payment_does_nothing(send: Send, database: Database) -> None:
    visit, first = access("/a", DAY), TAKEN_BACK | {"event_id": "c1"}
    assert await send(first | {"corrects": visit["event_id"]}) == ["accepted"]
    assert await send(visit) == ["accepted"]
    assert await send(TAKEN_BACK | {"event_id": "c3", "corrects": "c2"}) == ["accepted"]
    assert await send(PAID, first | {"event_id": "c2"}) == ["accepted"] * 2
    assert await value(database, "SELECT count(*) FROM event_keys WHERE voided") == 1
    assert await payments(database) == []
    assert await differences(database) == []


async def test_a_correction_that_is_refused_holds_no_place(send: Send, database: Database) -> None:
    assert await send(FAILED) == ["accepted"]
    impostor = TAKEN_BACK | {"event_id": FAILED["event_id"], "corrects": "still to come"}
    assert await send(impostor) == ["EVENT_CONFLICT"]
    assert await value(database, "SELECT count(*) FROM event_keys") == 1
    assert await send(settled("p2", DAY, 5, event_id="still to come")) == ["accepted"]
    assert await differences(database) == []


async def test_merchants_do_not_reach_each_other(send: Send, database: Database) -> None:
    assert await send(PAID, TAKEN_BACK | {"merchant_id": "other"}) == ["accepted"] * 2
    assert [(row[0], row[2]) for row in await revenue(database)] == [("shop", 1)]
    assert await differences(database) == []


async def test_many_corrections_at_once_take_a_transaction_for_a_few(send: Send, database: Database) -> None:
    paid = [settled(f"p{n}", DAY, n) for n in range(60)]
    assert await send(*paid) == ["accepted"] * 60
    await refresh(database)
    taken_back = [corrected(event) for event in paid[:50]]
    more = [settled(f"q{n}", DAY, n) for n in range(10)]
    assert await send(*taken_back[:25], *more, *taken_back[25:], taken_back[0]) == ["accepted"] * 60 + ["duplicate"]
    assert len(await payments(database)) == 20
    await refresh_hinted(database)  # on TimescaleDB a correction shows with the next refresh of late ranges
    assert [(row[2], row[5]) for row in await revenue(database)] == [(20, sum(range(50, 60)) + sum(range(10)))]
    assert await differences(database) == []


async def test_a_payment_whose_first_events_are_gone_is_left_as_it_is(send: Send, database: Database) -> None:
    begun, back = settled("p1", "2026-03-10T12:00:00", 100), refunded("p1", "2026-04-10T12:00:00", 40)
    late = settled("p2", "2026-04-10T12:00:00", 5)
    assert await send(begun, back, late) == ["accepted"] * 3
    async with database.acquire() as connection:
        await connection.execute("UPDATE installation SET raw_kept_from = '2026-04-01T00:00Z'")
        await connection.execute("DELETE FROM payment_events WHERE occurred_at < '2026-04-01T00:00Z'")
    before = await payments(database)
    at = "2026-04-11T00:00:00"
    assert await send(corrected(back, at), corrected(begun, at), corrected(late, at)) == [
        "TOO_OLD",
        "TOO_OLD",
        "accepted",
    ]
    assert await payments(database) == [payment for payment in before if payment[1] != "p2"]
    assert await rows(database, "SELECT event_id FROM event_keys WHERE event_id LIKE 'not-p1%'") == []

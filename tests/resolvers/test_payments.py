"""Payments one by one: pages, filters, cursors, and a payment's own story."""

import base64
from typing import Any

import pytest

from sql import Database
from tests import factories as f
from tests.resolvers.conftest import FACILITATOR, Desk, merchant

SHOP = merchant("shop")
LIST = """query ($first: Int, $after: String, $last: Int, $before: String, $filter: PaymentFilterInput,
    $orderBy: PaymentOrderInput) {
    merchant { payments(first: $first, after: $after, last: $last, before: $before, filter: $filter,
        orderBy: $orderBy) { nodes { paymentId } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
ONE = """query ($id: ID!) { merchant { payment(id: $id) {
    id paymentId state amount { zec } settledAmount { zec } refunded { zec } overRefunded attemptCount metadata
    firstFailureCode lastFailureCode
    events { eventId type void corrects attempt amount { zec } failureCode metadata } } } }"""


@pytest.fixture
async def stocked(desk: Desk) -> Desk:
    """Ten payments, a minute apart, of which p3 and p7 failed and p5 was given back."""
    await desk.merchants("shop", "other")
    for n in range(10):
        at, more = f"2026-05-13T10:{n:02}:00", {"payer": f"payer-{n % 2}", "resource": f"/r{n % 3}"}
        if n in {3, 7}:
            await desk.tell([f.failed(f"p{n}", at, "TIMEOUT" if n == 3 else "DOUBLE_SPEND", **more)])
        else:
            await desk.tell([f.settled(f"p{n}", at, 1000 * n, method="shielded" if n == 9 else "transparent", **more)])
    await desk.tell([f.refunded("p5", "2026-05-13T11:00:00", 6000)])
    await desk.tell([f.settled("theirs", "2026-05-13T10:00:00", 5, merchant="other")])
    return desk


async def ids(desk: Desk, **variables: object) -> list[str]:
    data = await desk.data(LIST, SHOP, **variables)
    return [node["paymentId"][1:] for node in data["merchant"]["payments"]["nodes"]]


async def test_the_newest_come_first(stocked: Desk) -> None:
    assert await ids(stocked) == list("9876543210")


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"direction": "ASC"}, "0123456789"),
        ({"field": "UPDATED_AT"}, "5987643210"),
        ({"field": "SETTLED_AT"}, "98654210"),
        ({"field": "SETTLED_AT", "direction": "ASC"}, "01245689"),
    ],
)
async def test_other_orders(stocked: Desk, order: dict[str, str], expected: str) -> None:
    assert await ids(stocked, orderBy=order) == list(expected)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({"states": ["FAILED"]}, "73"),
        ({"states": ["FAILED", "REFUNDED"]}, "753"),
        ({"states": ["SETTLED"]}, "9864210"),
        ({"states": ["SETTLED", "REFUNDED"]}, "98654210"),
        ({"states": ["REFUNDED"]}, "5"),
        ({"states": ["CREATED"]}, ""),
        ({"methods": ["SHIELDED"]}, "9"),
        ({"resources": ["/r1"]}, "741"),
        ({"resources": ["/r1", "/r0"]}, "9764310"),
        ({"payers": ["payer-1"]}, "97531"),
        ({"failureCodes": ["DOUBLE_SPEND"]}, "7"),
        ({"amount": {"min": "8000"}}, "98"),
        ({"amount": {"max": 1000}}, "10"),
        ({"amount": {"min": 2000, "max": "4000"}}, "42"),
        ({"created": {"since": "2026-05-13T10:08:00Z"}}, "98"),
        ({"created": {"until": "2026-05-13T12:02:00+02:00"}}, "10"),
        ({"settled": {"since": "2026-05-13T10:02:00Z", "until": "2026-05-13T10:05:00Z"}}, "42"),
        ({"payers": ["payer-1"], "resources": ["/r1"], "states": ["FAILED"]}, "7"),
        ({"payers": ["nobody"]}, ""),
        ({"resources": ["' OR true --"]}, ""),
        ({"amount": {"min": str(10**39)}}, ""),
        ({"amount": {"max": "-1"}}, ""),
        ({"amount": {"max": str(-(10**39))}}, ""),
    ],
)
async def test_filters(stocked: Desk, conditions: dict[str, Any], expected: str) -> None:
    assert await ids(stocked, filter=conditions) == list(expected)


async def test_turning_pages_in_both_directions(stocked: Desk) -> None:
    page = (await stocked.data(LIST, SHOP, first=4))["merchant"]["payments"]
    assert page["pageInfo"]["hasNextPage"]
    assert not page["pageInfo"]["hasPreviousPage"]
    after = page["pageInfo"]["endCursor"]
    page = (await stocked.data(LIST, SHOP, first=4, after=after))["merchant"]["payments"]
    assert [node["paymentId"] for node in page["nodes"]] == ["p5", "p4", "p3", "p2"]
    assert page["pageInfo"]["hasPreviousPage"]
    before = page["pageInfo"]["startCursor"]
    assert await ids(stocked, last=3, before=before) == list("876")
    assert await ids(stocked, last=2) == list("10")
    assert await ids(stocked, first=10, after=after, before=page["pageInfo"]["endCursor"]) == list("543")
    end = (await stocked.data(LIST, SHOP, last=2))["merchant"]["payments"]["pageInfo"]["endCursor"]
    page = (await stocked.data(LIST, SHOP, after=end))["merchant"]["payments"]
    assert page == {
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None},
    }


@pytest.mark.parametrize("states", [None, ["SETTLED"], ["REFUNDED"], ["CREATED"]])
async def test_a_range_of_creation_bounds_each_page(stocked: Desk, states: list[str] | None) -> None:
    """From the third to the eighth minute: whichever of range and cursor is nearer bounds a page."""
    within: dict[str, Any] = {"created": {"since": "2026-05-13T10:02:00Z", "until": "2026-05-13T10:08:00Z"}}
    if states:
        within["states"] = states
    expected = {"": "765432", "SETTLED": "642", "REFUNDED": "5", "CREATED": ""}["".join(states or ())]
    assert await ids(stocked, filter=within) == list(expected)
    for place in range(10):
        cursor = (await stocked.data(LIST, SHOP, first=place + 1))["merchant"]["payments"]["pageInfo"]["endCursor"]
        at = 9 - place
        assert await ids(stocked, filter=within, after=cursor) == [each for each in expected if int(each) < at]
        assert await ids(stocked, filter=within, last=9, before=cursor) == [each for each in expected if int(each) > at]


async def cursor_of(desk: Desk, **variables: object) -> str:
    page = (await desk.data(LIST, SHOP, first=2, **variables))["merchant"]["payments"]
    return str(page["pageInfo"]["endCursor"])


async def test_a_cursor_that_was_tampered_with_is_refused(stocked: Desk) -> None:
    good = await cursor_of(stocked)
    raw = bytearray(base64.urlsafe_b64decode(good + "=" * (-len(good) % 4)))
    bad = ["", "x", "%%%", "é", "A" * 5_000, good[:-1], good + "A", good + "=", good.swapcase()]
    for place in range(len(raw)):
        changed = raw.copy()
        changed[place] ^= 1
        bad.append(base64.urlsafe_b64encode(changed).decode().rstrip("="))
    for cursor in bad:
        for argument in ("after", "before"):
            result = await stocked.ask(LIST, SHOP, **{argument: cursor})
            assert result.codes == ("BAD_USER_INPUT",), cursor
            assert f"{argument} is not a cursor of this list" in result.errors[0]["message"]
            assert stocked.statements in ([], ["merchants_by_id"])


async def test_a_cursor_belongs_to_its_list(stocked: Desk) -> None:
    good = await cursor_of(stocked)
    for variables in ({"orderBy": {"direction": "ASC"}}, {"orderBy": {"field": "UPDATED_AT"}}):
        assert (await stocked.ask(LIST, SHOP, after=good, **variables)).codes == ("BAD_USER_INPUT",)
    assert (await stocked.ask(LIST, merchant("other"), after=good)).codes == ("BAD_USER_INPUT",)
    # A place in a list is a place under any filter.
    assert await ids(stocked, after=good, filter={"states": ["FAILED"]}) == list("73")


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"first": 0}, "first must lie between 1 and 100."),
        ({"last": 101}, "last must lie between 1 and 100."),
        ({"first": 1, "last": 1}, "Send first, to go on, or last, to go back; not both."),
        ({"filter": {"states": []}}, "filter.states takes 1 to 50 values; leave it out to list all."),
        ({"filter": {"payers": ["x"] * 51}}, "filter.payers takes 1 to 50 values; leave it out to list all."),
        ({"filter": {"payers": ["a\0b"]}}, "filter.payers has a character that no text here can have, U+0000."),
        ({"filter": {"amount": {"min": 2, "max": 1}}}, "filter.amount.max must not be less than its min."),
        (
            {"filter": {"created": {"since": "2026-01-02T00:00:00Z", "until": "2026-01-02T00:00:00Z"}}},
            "filter.created.until must be later than its since; it is not part of the range.",
        ),
        (
            {"filter": {"settled": {"since": "0001-01-01T00:00:00Z"}}},
            "filter.settled must lie between 1970-01-02 and 2200-01-01.",
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused(desk: Desk, variables: dict[str, Any], message: str) -> None:
    await desk.merchants("shop")
    result = await desk.ask(LIST, SHOP, **variables)
    assert [(e["message"], e["extensions"]["code"]) for e in result.errors] == [(message, "BAD_USER_INPUT")]
    assert "payments_by_page" not in desk.statements


async def test_a_payment_tells_its_story(desk: Desk) -> None:
    await desk.merchants("shop")
    mistaken = f.settled("p", "2026-05-13T10:00:04", 300, attempt=2, event_id="mistaken", metadata={"gone": 1})
    await desk.tell(
        [
            f.created("p", "2026-05-13T10:00:00", amount=200, metadata={"order": "A-1", "cart": ["x"]}),
            f.failed("p", "2026-05-13T10:00:01", "TIMEOUT"),
            f.retried("p", "2026-05-13T10:00:02", 2),
            f.settled("p", "2026-05-13T10:00:03", 200, attempt=2, metadata={"order": "A-2"}),
            mistaken,
            f.refunded("p", "2026-05-13T10:00:06", 250),
            f.corrected(mistaken, "2026-05-13T10:00:05"),
        ]
    )
    told = (await desk.data(ONE, SHOP, id="p"))["merchant"]["payment"]
    events = told.pop("events")
    assert told == {
        "id": "shop/p",
        "paymentId": "p",
        "state": "REFUNDED",
        "amount": {"zec": "0.00000200"},
        "settledAmount": {"zec": "0.00000200"},
        "refunded": {"zec": "0.00000250"},
        "overRefunded": True,
        "attemptCount": 2,
        "metadata": {"order": "A-2", "cart": ["x"]},
        "firstFailureCode": "TIMEOUT",
        "lastFailureCode": "TIMEOUT",
    }
    assert [(event["type"], event["void"], event["corrects"]) for event in events] == [
        ("CREATED", False, None),
        ("FAILED", False, None),
        ("RETRIED", False, None),
        ("SETTLED", False, None),
        ("SETTLED", True, None),
        ("CORRECTED", False, "mistaken"),
        ("REFUNDED", False, None),
    ]
    assert events[1]["failureCode"] == "TIMEOUT"
    assert events[4]["amount"] == {"zec": "0.00000300"}
    assert events[0]["metadata"] == {"order": "A-1", "cart": ["x"]}


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (3, 0, 4, 2, 1)])
@pytest.mark.parametrize("at_once", [True, False])
async def test_what_was_taken_back_months_away_is_told_too(desk: Desk, order: tuple[int, ...], at_once: bool) -> None:
    await desk.merchants("shop")
    early = f.created("p", "2026-02-27T23:00:00", event_id="early")
    late = f.settled("p", "2026-05-02T10:00:00", 300, event_id="late")
    events = [
        early,
        f.created("p", "2026-04-11T10:00:00", amount=200, event_id="counts"),
        late,
        f.corrected(early, "2026-04-12T10:00:00", event_id="no early"),
        f.corrected(late, "2026-01-31T10:00:00", event_id="no late"),
    ]
    for batch in [[events[n] for n in order]] if at_once else [[events[n]] for n in order]:
        await desk.tell(batch)
    told = (await desk.data(ONE, SHOP, id="p"))["merchant"]["payment"]
    assert [event["eventId"] for event in told["events"]] == ["no late", "early", "counts", "no early", "late"]
    assert [event["void"] for event in told["events"]] == [False, True, False, False, True]


@pytest.mark.parametrize("payment_id", ["nothing", "theirs", "", "a\0b", "x" * 4_000])
async def test_a_payment_that_is_not_there(stocked: Desk, payment_id: str) -> None:
    result = await stocked.ask(ONE, SHOP, id=payment_id)
    assert result.codes == ("NOT_FOUND",)
    assert result.data == {"merchant": {"payment": None}}


async def test_many_merchants_and_questions_cost_as_much_as_one(stocked: Desk) -> None:
    parts = """payments(first: 3) { nodes { paymentId metadata events { eventId } } }
        failed: payments(filter: {states: [FAILED]}, orderBy: {direction: ASC}) { nodes { events { type } } }
        payment(id: "p1") { state }"""
    expected = ["payment_events_by_payment", "payments_by_id", "payments_by_page"]
    document = f"{{ merchants {{ nodes {{ id {parts} }} }} }}"
    result = await stocked.ask(document, FACILITATOR)
    assert result.codes == ("NOT_FOUND",)  # `other` has no p1
    nodes = (result.data or {})["merchants"]["nodes"]
    assert [[p["paymentId"] for p in node["payments"]["nodes"]] for node in nodes] == [["theirs"], ["p9", "p8", "p7"]]
    assert [len(node["failed"]["nodes"]) for node in nodes] == [0, 2]
    assert sorted(stocked.statements) == ["merchants_after", *expected]
    await stocked.ask(f'{{ merchant(id: "shop") {{ {parts} }} }}', FACILITATOR)
    assert sorted(stocked.statements) == ["merchants_by_id", *expected]


async def test_a_page_reads_no_more_than_it_shows(stocked: Desk, database: Database) -> None:
    """Of a merchant with thousands of payments, by an index, also at the tenth execution."""
    async with database.acquire() as connection:
        await connection.execute("""
            INSERT INTO payments (merchant_id, payment_id, state_key, first_event_at, last_event_at, settled_at,
                first_failure_key, last_failure_key, highest_attempt, amount_zat, settled_zat, fee_zat, refunded_zat,
                fee_returned_zat, settled_count, refunded_count, payer, method, resource)
            SELECT 'shop', 'x' || n, CASE WHEN n % 100 = 0 THEN '1|x|failed' ELSE '1|x|settled' END, at, at,
                CASE WHEN n % 100 > 0 THEN at END, CASE WHEN n % 100 = 0 THEN '1|x|TIMEOUT' END,
                CASE WHEN n % 100 = 0 THEN '1|x|TIMEOUT' END, 1, n, n, 0, 0, 0, 1, 0, 'payer ' || n % 100,
                'transparent', '/r' || n % 7
            FROM generate_series(1, 20000) AS n,
                LATERAL (SELECT timestamptz '2026-01-01Z' + n * interval '1 min') AS t (at)
        """)
        await connection.execute("ANALYZE payments")
    questions = (
        "first: 20",
        'first: 20, filter: {created: {since: "2026-01-03T00:00:00Z"}}, orderBy: {direction: ASC}',
        "first: 20, orderBy: {field: UPDATED_AT}",
        "last: 20, orderBy: {field: SETTLED_AT}",
        'first: 20, filter: {created: {since: "2026-01-03T00:00:00Z", until: "2026-01-05T00:00:00Z"}}',
        "first: 20, filter: {states: [FAILED]}",
        "first: 20, filter: {states: [FAILED, EXPIRED]}",
        "first: 20, filter: {states: [SETTLED], methods: [TRANSPARENT]}",
        "first: 20, filter: {states: [VERIFIED]}",
        "first: 20, filter: {failureCodes: [TIMEOUT]}",
        'first: 20, filter: {payers: ["payer 77"]}',
        'first: 20, filter: {payers: ["nobody"]}, orderBy: {field: SETTLED_AT}',
        "first: 20, filter: {states: [CREATED, VERIFIED]}",
    )
    for question in questions:
        document = f"{{ merchant {{ payments({question}) {{ nodes {{ paymentId }} }} }} }}"
        for _ in range(9):
            await stocked.data(document, SHOP)
        before = await tuples_read(database)
        found = (await stocked.data(document, SHOP))["merchant"]["payments"]["nodes"]
        assert await tuples_read(database) - before <= len(found) + 30, question


async def tuples_read(database: Database) -> int:
    """Rows of payments that were read so far, by scan or by index, as PostgreSQL counts them."""
    async with database.acquire() as connection:
        await connection.execute("SELECT pg_stat_force_next_flush()")
        await connection.execute("SELECT pg_stat_clear_snapshot()")
        return int(
            await connection.fetchval(
                "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables WHERE relname = 'payments'"
            )
        )

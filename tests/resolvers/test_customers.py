"""Payers and API calls of a range, by hand and to the last number."""

from typing import Any

from tests.factories import api_request, corrected, settled
from tests.resolvers.conftest import Desk

WEEK = "range: {period: WEEK}"  # from Monday the 11th up to Wednesday the 13th at noon


async def merchant(desk: Desk, selection: str) -> Any:
    return (await desk.data(f'{{ merchant(id: "shop") {{ {selection} }} }}'))["merchant"]


CUSTOMERS = "uniquePayers identifiedPayments anonymousPayments payerCoverage paymentsPerPayer"


async def test_a_payer_of_two_days_is_one(desk: Desk) -> None:
    await desk.merchants("shop")
    await desk.tell(
        [
            settled("a", "2026-05-11T10:00:00", 1, payer="ann"),
            settled("b", "2026-05-13T10:00:00", 1, payer="ann"),
            settled("c", "2026-05-13T10:00:00", 1, payer="bob"),
            settled("d", "2026-05-13T10:00:00", 1),
            settled("e", "2026-05-10T10:00:00", 1, payer="eve"),  # the week before
        ]
    )
    found = (await merchant(desk, f"customers({WEEK}) {{ {CUSTOMERS} }}"))["customers"]
    assert list(found.values()) == [2, 3, 1, 75.0, 1.5]
    assert sorted(desk.statements) == ["merchants_by_id", "payers_by_slot", "revenue_by_slot"]
    empty = await merchant(desk, f'customers(range: {{days: 1}}, at: "2026-01-01T00:00:00Z") {{ {CUSTOMERS} }}')
    assert list(empty["customers"].values()) == [0, 0, 0, None, None]


PAYERS = """newPayers returningPayers identifiedRevenue { zatoshi } revenuePerPayer { zatoshi }
  payers(first: $first, after: $after) { pageInfo { hasNextPage hasPreviousPage endCursor }
    nodes { payer paymentCount revenue { zatoshi } averageValue { zatoshi } firstPaymentAt lastPaymentAt isNew } }"""


async def customers(desk: Desk, first: int = 10, after: str | None = None, asked: str = WEEK) -> Any:
    document = f"""query ($first: Int!, $after: String) {{ merchant(id: "shop") {{
      customers({asked}) {{ {PAYERS} }} }} }}"""
    return (await desk.data(document, first=first, after=after))["merchant"]["customers"]


async def test_new_payers_are_those_who_never_paid_before(desk: Desk) -> None:
    await desk.merchants("shop")
    first = settled("z", "2026-05-13T11:00:00", 30, payer="zoe")
    await desk.tell(
        [
            settled("a", "2026-05-12T10:00:00", 10, payer="ann"),
            settled("b", "2026-05-13T10:00:00", 15, payer="ann"),
            settled("c", "2026-05-12T10:00:00", 7, payer="bob"),
            settled("d", "2026-02-01T10:00:00", 1, payer="bob"),  # months before
            first,
            settled("w", "2026-05-13T13:00:00", 9, payer="zoe"),  # behind `at`
            settled("e", "2026-05-12T10:00:00", 99),
            settled("f", "2026-05-12T10:00:00", 0, payer="nil"),
        ]
    )
    found = await customers(desk)
    assert sorted(desk.statements) == [
        "merchants_by_id",
        "new_payers_by_slot",
        "payers_by_slot",
        "revenue_by_slot",
        "top_payers_by_revenue",
    ]
    assert (found["newPayers"], found["returningPayers"]) == (3, 1)
    assert (found["identifiedRevenue"], found["revenuePerPayer"]) == ({"zatoshi": "62"}, {"zatoshi": "16"})  # 15.5
    nodes = found["payers"]["nodes"]
    assert [(node["payer"], node["paymentCount"], node["isNew"]) for node in nodes] == [
        ("zoe", 1, True),
        ("ann", 2, True),
        ("bob", 1, False),
        ("nil", 1, True),
    ]
    assert nodes[1]["averageValue"] == {"zatoshi": "12"}  # 12.5, half-even
    assert nodes[2]["firstPaymentAt"] == "2026-02-01T10:00:00.000000Z"
    assert nodes[1]["lastPaymentAt"] == "2026-05-13T10:00:00.000000Z"
    # What she paid first is taken back: she is still to come.
    await desk.tell([corrected(first)])
    found = await customers(desk)
    assert (found["newPayers"], [node["payer"] for node in found["payers"]["nodes"]]) == (2, ["ann", "bob", "nil"])


async def test_payers_page_by_page(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    await desk.tell(
        [
            settled(f"p{n}", "2026-05-12T10:00:00", [5, 5, 9, 2 * 10**15][n % 4], payer=f"payer {n:02}")
            for n in range(10)
        ]
    )
    whole = [node["payer"] for node in (await customers(desk))["payers"]["nodes"]]
    assert whole == [f"payer {n:02}" for n in (3, 7, 2, 6, 0, 1, 4, 5, 8, 9)]
    told, after = [], None
    while True:
        page = (await customers(desk, 3, after))["payers"]
        told += [node["payer"] for node in page["nodes"]]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert told == whole
    document = """query ($after: String) { merchant(id: "other") {
      customers(range: {days: 1}) { uniquePayers payers(after: $after) { nodes { payer } } } } }"""
    for cursor in (after, "nonsense", f"{after}x"):
        result = await desk.ask(document, after=cursor)
        assert result.codes == ("BAD_USER_INPUT",)
        assert result.data == {"merchant": {"customers": {"uniquePayers": 0, "payers": None}}}
    document = """query ($range: RangeInput = {period: WEEK}, $at: DateTime, $zone: String, $after: String) {
      merchant(id: "shop") {
        customers(range: $range, at: $at, timezone: $zone) { payers(after: $after) { nodes { payer } } } } }"""
    ranges: list[dict[str, Any]] = [
        {"range": each} for each in ({"days": 3}, {"period": "MONTH"}, {"month": "2026-05"})
    ]
    for another in (*ranges, {"zone": "Asia/Tokyo"}, {"at": "2026-05-12T12:00:00Z"}):
        assert (await desk.ask(document, **another, after=after)).codes == ("BAD_USER_INPUT",), another
    assert (await desk.ask(document, after=after)).codes == ()


async def test_a_cursor_behind_the_longest_payer_is_ours(desk: Desk) -> None:
    await desk.merchants("shop")
    longest = ['"' * 512, "\x01" * 512]
    await desk.tell([settled(f"p{n}", "2026-05-12T10:00:00", 9 - n, payer=each) for n, each in enumerate(longest)])
    document = f"""query ($after: String) {{ merchant(id: "shop") {{
      customers({WEEK}) {{ payers(first: 1, after: $after) {{ nodes {{ payer }} pageInfo {{ endCursor }} }} }} }} }}"""
    after, told = None, []
    for _ in range(3):
        page = (await desk.data(document, after=after))["merchant"]["customers"]["payers"]
        told += [node["payer"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"] or after
    assert told == longest


async def test_api_calls_by_endpoint(desk: Desk) -> None:
    await desk.merchants("shop", zone="America/New_York")
    await desk.tell(
        [
            api_request("/verify", "2026-05-12T10:00:00", 200, 10),
            api_request("/verify", "2026-05-12T10:00:01", 404, 30),
            api_request("/settle", "2026-05-12T10:00:00", 503, 100),
            api_request("/settle", "2026-05-11T03:59:59", 503, 100),  # Sunday in New York
        ]
    )
    figures = "requestCount errorCount serverErrorCount errorRate times { count coverage averageMs medianMs p99Ms }"
    selection = f"apiLatency({WEEK}) {{ total {{ {figures} }} endpoints {{ endpoint figures {{ {figures} }} }} }}"
    found = (await merchant(desk, selection))["apiLatency"]
    assert list(found["total"].values())[:4] == [3, 2, 1, 66.666667]
    assert found["total"]["times"]["averageMs"] == 46.666667
    assert [each["endpoint"] for each in found["endpoints"]] == ["/verify", "/settle"]
    settle = found["endpoints"][1]["figures"]
    assert list(settle.values())[:4] == [1, 1, 1, 100.0]
    assert (settle["times"]["count"], settle["times"]["coverage"], settle["times"]["averageMs"]) == (1, 100.0, 100.0)
    assert all(abs(settle["times"][name] - 100) <= 1 for name in ("medianMs", "p99Ms"))


SELECTED = f"customers({WEEK}) {{ uniquePayers }} apiLatency({WEEK}) {{ total {{ requestCount }} }}"


async def test_fifty_merchants_cost_as_many_statements_as_one(desk: Desk) -> None:
    ids = [f"m{n:02}" for n in range(50)]
    await desk.merchants(*ids)
    await desk.tell([settled(f"p{each}", "2026-05-12T10:00:00", 1, payer="ann", merchant=each) for each in ids])
    statements = ["api_latency_by_slot", "payers_by_slot", "revenue_by_slot"]
    one = await desk.data(f'{{ merchant(id: "m01") {{ {SELECTED} }} }}')
    assert sorted(desk.statements[1:]) == statements
    fifty = await desk.data(f"{{ merchants(first: 50) {{ nodes {{ {SELECTED} }} }} }}")
    assert sorted(desk.statements[1:]) == statements
    assert fifty["merchants"]["nodes"] == [one["merchant"]] * 50
    assert one["merchant"]["customers"]["uniquePayers"] == 1

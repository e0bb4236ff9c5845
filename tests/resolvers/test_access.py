"""Who may ask for what: a denied request has its code, and no SQL ran."""

import base64

import pytest

from resolvers.connections import cursor_of
from resolvers.context import ADMIN, EXPORTS, READ, WRITE, Principal
from resolvers.cursors import EPOCH, Position, write_cursor
from tests.factories import settled
from tests.resolvers.conftest import FACILITATOR, Desk, merchant

REVENUE = "dashboard { revenue { today { current { zatoshi } } } }"
NOBODY = None
BLIND = Principal("no merchant, no admin", None, frozenset({READ, WRITE, EXPORTS}))


@pytest.mark.parametrize(
    ("principal", "document", "code"),
    [
        (NOBODY, f"{{ merchant {{ {REVENUE} }} }}", "UNAUTHENTICATED"),
        (NOBODY, "{ merchants { nodes { id } } }", "UNAUTHENTICATED"),
        (merchant("shop"), f'{{ merchant(id: "other") {{ {REVENUE} }} }}', "FORBIDDEN"),
        (merchant("shop", WRITE), f"{{ merchant {{ {REVENUE} }} }}", "FORBIDDEN"),
        (merchant("shop", WRITE), "{ merchants { nodes { id } } }", "FORBIDDEN"),
        (merchant("shop", ADMIN), f'{{ merchant(id: "other") {{ {REVENUE} }} }}', "FORBIDDEN"),
        (BLIND, f'{{ merchant(id: "shop") {{ {REVENUE} }} }}', "FORBIDDEN"),
        (BLIND, "{ merchants { nodes { id } } }", "FORBIDDEN"),
        (FACILITATOR, "{ merchant { id } }", "BAD_USER_INPUT"),
        (FACILITATOR, '{ merchant(id: "\\u0000") { id } }', "NOT_FOUND"),
        (FACILITATOR, '{ merchant(id: "x; DROP TABLE merchants") { id } }', "NOT_FOUND"),
        (merchant("shop"), 'mutation { createMerchant(input: {id: "x", name: "X"}) { merchant { id } } }', "FORBIDDEN"),
        (
            merchant("shop", ADMIN),
            'mutation { createMerchant(input: {id: "x", name: "X"}) { merchant { id } } }',
            "FORBIDDEN",
        ),
        (
            merchant("shop", ADMIN),
            'mutation { updateMerchant(input: {id: "other", name: "X"}) { merchant { id } } }',
            "FORBIDDEN",
        ),
        (
            merchant("shop"),
            'mutation { updateMerchant(input: {id: "shop", name: "X"}) { merchant { id } } }',
            "FORBIDDEN",
        ),
        (merchant("shop"), 'mutation { createApiKey(input: {name: "x", scopes: [ADMIN]}) { token } }', "FORBIDDEN"),
        (
            merchant("shop", ADMIN),
            'mutation { createApiKey(input: {name: "x", scopes: [ADMIN], merchantId: "other"}) { token } }',
            "FORBIDDEN",
        ),
        (merchant("shop"), 'mutation { revokeApiKey(id: "0123456789abcdef") { key { id } } }', "FORBIDDEN"),
        (merchant("shop"), "mutation { refreshAggregates { runId } }", "FORBIDDEN"),
        (merchant("shop", READ), 'mutation { forgetPayer(payer: "p") { eventCount } }', "FORBIDDEN"),
        (merchant("shop"), 'mutation { forgetPayer(payer: "p", merchantId: "other") { eventCount } }', "FORBIDDEN"),
        (BLIND, 'mutation { forgetPayer(payer: "p", merchantId: "shop") { eventCount } }', "FORBIDDEN"),
        (
            merchant("shop"),
            'mutation { trackUniquePayer(input: {eventId: "1", merchantId: "other", payer: "p"}) { status } }',
            "FORBIDDEN",
        ),
        (
            merchant("shop", READ),
            'mutation { trackUniquePayer(input: {eventId: "1", payer: "p"}) { status } }',
            "FORBIDDEN",
        ),
        (merchant("shop", READ), "mutation { trackEvents(events: [{event_id: 1}]) { accepted } }", "FORBIDDEN"),
        (NOBODY, 'mutation { trackUniquePayer(input: {eventId: "1", payer: "p"}) { status } }', "UNAUTHENTICATED"),
    ],
)
async def test_denied_requests_send_no_sql(desk: Desk, principal: Principal | None, document: str, code: str) -> None:
    await desk.merchants("shop", "other")
    result = await desk.ask(document, principal)
    assert result.codes == (code,)
    assert result.data is not None
    assert set(result.data.values()) == {None}
    assert desk.statements == []


async def test_merchants_see_their_own_and_nothing_else(desk: Desk) -> None:
    await desk.merchants("other", "shop")
    await desk.tell([settled("a", "2026-05-13T10:00:00", 5), settled("b", "2026-05-13T10:00:00", 7, merchant="other")])
    page = f"{{ merchants {{ nodes {{ id {REVENUE} }} pageInfo {{ hasNextPage endCursor }} }} }}"
    for name, amount in (("shop", "5"), ("other", "7")):
        expected = {"id": name, "dashboard": {"revenue": {"today": {"current": {"zatoshi": amount}}}}}
        found = await desk.data(page, merchant(name))
        assert found["merchants"]["nodes"] == [expected]
        assert found["merchants"]["pageInfo"]["hasNextPage"] is False
        assert (await desk.data(f"{{ merchant {{ id {REVENUE} }} }}", merchant(name)))["merchant"] == expected
        assert (await desk.data(f'{{ merchant(id: "{name}") {{ id }} }}', merchant(name)))["merchant"] == {"id": name}


async def test_unknown_merchant_is_not_found_never_null_alone(desk: Desk) -> None:
    result = await desk.ask('{ merchant(id: "nobody") { id } }')
    assert (result.data, result.codes) == ({"merchant": None}, ("NOT_FOUND",))


async def test_viewer_says_who_asks(desk: Desk) -> None:
    await desk.merchants("shop")
    document = "{ viewer { subject scopes merchantId expiresAt merchant { name } } }"
    assert (await desk.data(document, merchant("shop")))["viewer"] == {
        "subject": "token of shop",
        "scopes": ["ANALYTICS_READ", "EVENTS_WRITE"],
        "merchantId": "shop",
        "expiresAt": None,
        "merchant": {"name": "Shop"},
    }
    facilitator = (await desk.data(document))["viewer"]
    assert (facilitator["scopes"], facilitator["merchant"]) == (["ADMIN"], None)
    assert (await desk.data(document, None))["viewer"] is None


async def test_pages_of_merchants(desk: Desk) -> None:
    ids = [f"m{n}" for n in range(5)]
    await desk.merchants(*ids)
    document = """query ($first: Int!, $after: String) { merchants(first: $first, after: $after) {
      edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    seen, after = [], None
    for more, size in ((True, 2), (True, 2), (False, 1)):
        page = (await desk.data(document, first=2, after=after))["merchants"]
        assert page["pageInfo"] == {
            "hasNextPage": more,
            "hasPreviousPage": after is not None,
            "startCursor": page["edges"][0]["cursor"],
            "endCursor": page["edges"][-1]["cursor"],
        }
        assert len(page["edges"]) == size
        seen += [edge["node"]["id"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == ids
    last = (await desk.data(document, first=2, after=after))["merchants"]
    assert last["edges"] == []
    assert last["pageInfo"]["endCursor"] is None


@pytest.mark.parametrize(
    ("first", "after"),
    [
        (0, None),
        (-1, None),
        (101, None),
        (2, ""),
        (2, "m1"),
        (2, "!!"),
        (2, "bWVyY2hhbnQ6"),
        (2, "é" * 10),
        (2, "A" * 300),
    ],
)
async def test_pages_that_cannot_be_are_refused_without_sql(desk: Desk, first: int, after: str | None) -> None:
    document = "query ($first: Int!, $after: String) { merchants(first: $first, after: $after) { nodes { id } } }"
    result = await desk.ask(document, first=first, after=after)
    assert (result.codes, desk.statements) == (("BAD_USER_INPUT",), [])


async def test_cursor_of_another_list_is_refused(desk: Desk) -> None:
    own = cursor_of("shop")
    elsewhere = write_cursor("alert readings", Position(EPOCH, "shop"))
    for forged in (f"{own[:-4]}AAAA", elsewhere, base64.urlsafe_b64encode(b"merchant:shop").decode()):
        result = await desk.ask("query ($c: String) { merchants(after: $c) { nodes { id } } }", c=forged)
        assert result.codes == ("BAD_USER_INPUT",)
    assert (await desk.ask("query ($c: String) { merchants(after: $c) { nodes { id } } }", c=own)).codes == ()

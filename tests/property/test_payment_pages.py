"""Paging over any filter in any order gives every payment once, in order, as the oracle knows it."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.oracle.payment_list import PLACES, Conditions, Listed, in_order, listed
from tests.property.test_answers import instant, money
from tests.property.world import World, counted, deliveries, examples
from tests.strategies.arrivals import Scenario, anchors, scenarios
from tests.strategies.events import amounts
from tests.strategies.times import near

pytestmark = pytest.mark.timeout(900)

Told = dict[str, Any]

DOCUMENT = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $filter: PaymentFilterInput,
    $orderBy: PaymentOrderInput!) {
    merchant(id: $id) {
        payments(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            edges { cursor node {
                paymentId state createdAt updatedAt decidedAt settledAt firstFailureCode lastFailureCode attemptCount
                amount { zatoshi } settledAmount { zatoshi } fee { zatoshi } refunded { zatoshi }
                feeReturned { zatoshi } overRefunded payer method resource country
            } }
        }
    }
}
"""


def told(each: Listed) -> Told:
    payment = each.payment
    return {
        "paymentId": payment.payment_id,
        "state": payment.state.upper(),
        "createdAt": instant(payment.first_event_at),
        "updatedAt": instant(payment.last_event_at),
        "decidedAt": instant(payment.first_decided_at),
        "settledAt": instant(payment.settled_at),
        "firstFailureCode": payment.first_failure_code,
        "lastFailureCode": payment.last_failure_code,
        "attemptCount": payment.highest_attempt,
        "amount": money(each.amount),
        "settledAmount": money(payment.settled_zat),
        "fee": money(payment.fee_zat),
        "refunded": money(payment.refund_zat),
        "feeReturned": money(payment.fee_returned_zat),
        "overRefunded": payment.refund_zat > payment.settled_zat,
        "payer": each.payer,
        "method": each.method and each.method.upper(),
        "resource": each.resource,
        "country": each.country,
    }


def some(values: list[str]) -> st.SearchStrategy[frozenset[str] | None]:
    return (
        st.none()
        | st.sampled_from(values).map(lambda each: frozenset({each}))
        | st.frozensets(st.sampled_from(values), min_size=1)
    )


@st.composite
def conditions(draw: st.DrawFn, around: list[datetime]) -> Conditions:
    """A filter of a few conditions, its times near those of the events."""
    amount = sorted(draw(st.tuples(amounts, amounts)))
    return Conditions(
        states=draw(some(["created", "verifying", "settled", "failed", "expired", "refunded", "retried"])),
        methods=draw(st.none() | some(["transparent", "shielded"])),
        resources=draw(st.none() | some(["/a", "/b", "/nowhere", "/ü?q=1&r='"])),
        payers=draw(st.none() | some(["alice", "bob", "zs1é"])),
        codes=draw(st.none() | some(["TIMEOUT", "OTHER", "INVALID_PROOF"])),
        amount=(draw(st.sampled_from([None, amount[0]])), draw(st.sampled_from([None, amount[1]]))),
        created=draw(ranges(around)),
        settled=draw(st.just((None, None)) | ranges(around)),
    )


@st.composite
def ranges(draw: st.DrawFn, around: list[datetime]) -> tuple[datetime | None, datetime | None]:
    since, until = draw(st.none() | near(around)), draw(st.none() | near(around))
    if since is not None and until is not None and until <= since:
        return since, None
    return since, until


def written(asked: Conditions) -> Told:
    """The filter as a client writes it."""
    lists = {
        "states": [state.upper() for state in asked.states] if asked.states else None,
        "methods": [method.upper() for method in asked.methods] if asked.methods else None,
        "resources": sorted(asked.resources) if asked.resources else None,
        "payers": sorted(asked.payers) if asked.payers else None,
        "failureCodes": sorted(asked.codes) if asked.codes else None,
        "amount": {name: each and str(each) for name, each in zip(("min", "max"), asked.amount, strict=True)},
        "created": {"since": instant(asked.created[0]), "until": instant(asked.created[1])},
        "settled": {"since": instant(asked.settled[0]), "until": instant(asked.settled[1])},
    }
    return {name: value for name, value in lists.items() if value is not None}


async def turned(world: World, *, backward: bool, size: int, **asked: object) -> list[Told]:
    """All payments, page by page, from the front or from the back."""
    found: list[Told] = []
    cursor: str | None = None
    while True:
        sides: Told = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        page = (await world.ask(DOCUMENT, **asked, **sides))["merchant"]["payments"]
        edges, info = page["edges"], page["pageInfo"]
        nodes = [edge["node"] for edge in edges]
        found = [*nodes, *found] if backward else [*found, *nodes]
        assert (info["startCursor"], info["endCursor"]) == (
            (edges[0]["cursor"], edges[-1]["cursor"]) if edges else (None, None)
        )
        assert info["hasNextPage" if backward else "hasPreviousPage"] == (cursor is not None)
        if not info["hasPreviousPage" if backward else "hasNextPage"]:
            return found
        assert len(edges) == size
        cursor = info["startCursor" if backward else "endCursor"]


@examples(40)
@given(scenario=scenarios(max_events=40), data=st.data())
async def test_pages_give_every_payment_once_in_order(world: World, scenario: Scenario, data: st.DataObject) -> None:
    found = await world.settle_in(scenario)
    await world.deliver_all(data.draw(deliveries(found.lines)))
    events = counted(found)
    merchant = data.draw(st.sampled_from(found.merchants))
    asked = data.draw(st.just(Conditions()) | conditions(anchors(merchant, found.at)))
    field, descending = data.draw(st.sampled_from(sorted(PLACES))), data.draw(st.booleans())
    truth = in_order([each for each in listed(events, merchant.id) if asked.hold(each)], field, descending=descending)
    answer = await turned(
        world,
        backward=data.draw(st.booleans()),
        size=data.draw(st.sampled_from([1, 2, 3, 100])),
        id=merchant.id,
        filter=written(asked),
        orderBy={"field": field, "direction": "DESC" if descending else "ASC"},
    )
    assert answer == [told(each) for each in truth]

"""After an event only the answers that it touches are computed again: here they are, one by one."""

import pytest

from tests.factories import (
    WireEvent,
    access,
    api_request,
    corrected,
    created,
    failed,
    refunded,
    settled,
    sighting,
    webhook,
)
from tests.resolvers.answers.conftest import NewProcess, Process
from tests.resolvers.answers.questions import NOW, Watching, computed

IN_APRIL, LATER_IN_APRIL, IN_MAY = "2026-04-10T12:00:00", "2026-04-10T13:00:00", "2026-05-12T12:00:00"
OLD = settled("old", IN_APRIL, 5, payer="t1", resource="/a")
PAST: list[WireEvent] = [OLD, webhook("d1", IN_APRIL, outcome="failed")]

#: Kinds made of payment events: what a month says of them follows from the events of that month,
MONTHLY = (
    "failures",
    "geography",
    "latency",
    "metrics_failures",
    "metrics_geography",
    "metrics_latency",
    "metrics_payers",
    "metrics_payment_methods",
    "metrics_resource_sales",
    "metrics_revenue",
    "metrics_step_latency",
    "metrics_success_rate",
    "payers",
    "payment_methods",
    "resource_decisions",
    "resource_pages",
    "resources",
    "revenue",
    "step_latency",
    "success_rate",
    "totals",
)
#: or from them and all events before.
SINCE_EVER = ("new_payers", "top_payers")
OF_NOW = ("live", "recent")
OF_WEBHOOKS = ("metrics_webhook_latency", "metrics_webhooks", "webhook_endpoints", "webhook_latency", "webhooks")
OF_CALLS = ("api_latency", "metrics_api_latency")


def of(month: str, *kinds: str) -> list[str]:
    return [f"{kind} {month}" for kind in kinds]


CASES: dict[str, tuple[list[WireEvent], list[str]]] = {
    "a payment of this month": (
        [settled("new", IN_MAY, 7, payer="t2")],
        [*of("May", *MONTHLY, *SINCE_EVER, "cohorts"), *OF_NOW],
    ),
    "a step that decides nothing": (
        [created("new", IN_MAY)],
        [*of("May", *MONTHLY, *SINCE_EVER), *OF_NOW],
    ),
    "a late payment of last month": (
        [failed("late", LATER_IN_APRIL)],
        [*of("April", *MONTHLY, *SINCE_EVER, "cohorts"), *of("May", *SINCE_EVER), *OF_NOW],
    ),
    "a refund of a payment that was decided last month": (
        [refunded("old", IN_MAY, 5)],
        [*of("May", *MONTHLY, *SINCE_EVER), "cohorts April", *OF_NOW],
    ),
    "a correction of an event of last month": (
        [corrected(OLD, IN_MAY)],
        [*of("April", *MONTHLY, *SINCE_EVER, "cohorts"), *of("May", *MONTHLY, *SINCE_EVER), *OF_NOW],
    ),
    "an access": ([access("/a", IN_MAY)], of("May", "metrics_resource_traffic", "resource_pages", "resources")),
    "a webhook": ([webhook("d2", IN_MAY)], of("May", *OF_WEBHOOKS, "deliveries")),
    "a further attempt at a webhook of last month": (
        [webhook("d1", IN_MAY, attempt=2)],
        [*of("May", *OF_WEBHOOKS), "deliveries April"],
    ),
    "a call": ([api_request("/pay", IN_MAY)], of("May", *OF_CALLS)),
    "an event before both months": ([access("/a", "2026-03-10T12:00:00")], []),
    "an event to come": ([access("/a", "2026-05-13T12:20:00")], []),
    "a sighting": ([sighting("t9", IN_MAY)], []),
    "an event of another merchant": ([settled("new", IN_MAY, 7, merchant="other")], []),
}


@pytest.fixture
async def watched(new_process: NewProcess) -> tuple[Process, Watching]:
    watching: list[Watching] = []

    def watch(store: object) -> Watching:
        watching.append(Watching(store))  # type: ignore[arg-type]
        return watching[0]

    process = await new_process(wrap=watch)
    await process.desk.merchants("shop", "other")
    await process.tell(*PAST)
    process.moment[0] = NOW
    return process, watching[0]


async def test_a_second_time_nothing_is_computed(watched: tuple[Process, Watching]) -> None:
    first = await computed(*watched)
    assert (
        len(first) == len(set(first)) == 3 + 2 * (len(MONTHLY) + len(SINCE_EVER) + len(OF_WEBHOOKS) + len(OF_CALLS)) + 6
    )
    watched[0].desk.statements.clear()
    assert await computed(*watched) == []
    assert watched[0].desk.statements == []


@pytest.mark.parametrize("case", CASES)
async def test_an_event_has_only_computed_again_what_it_touches(case: str, watched: tuple[Process, Watching]) -> None:
    await computed(*watched)
    events, touched = CASES[case]
    await watched[0].tell(*events)
    assert await computed(*watched) == sorted(touched)
    assert await computed(*watched) == []


async def test_whatever_a_repeated_event_is_about_is_computed_again(watched: tuple[Process, Watching]) -> None:
    """Whoever wrote it first may have died before it told."""
    await watched[0].tell(access("/a", IN_MAY))
    await computed(*watched)
    await watched[0].tell(access("/a", IN_MAY))
    assert await computed(*watched) == of("May", "metrics_resource_traffic", "resource_pages", "resources")


async def test_a_changed_profile_is_told_at_once(watched: tuple[Process, Watching]) -> None:
    process, _ = watched
    assert await computed(*watched) != []
    await process.desk.data('mutation { updateMerchant(input: {id: "shop", name: "Renamed"}) { merchant { id } } }')
    assert (await process.desk.data('{ merchant(id: "shop") { name } }'))["merchant"] == {"name": "Renamed"}
    assert process.told()["merchant", "miss"] == 2
    assert await computed(*watched) == []


async def test_a_forgotten_payer_is_named_no_more(watched: tuple[Process, Watching]) -> None:
    process, _ = watched
    await computed(*watched)
    await process.desk.data('mutation { forgetPayer(merchantId: "shop", payer: "t1") { eventCount } }')
    again = await computed(*watched)
    assert set(of("April", *MONTHLY, *SINCE_EVER, "cohorts")) <= set(again)
    assert not set(of("April", *OF_WEBHOOKS, *OF_CALLS, "deliveries")) & set(again)

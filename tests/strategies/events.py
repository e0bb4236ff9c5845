"""Single events, of every stream, around given instants; their ids are given by `arrivals`."""

from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests import factories
from tests.factories import WireEvent
from tests.strategies.times import near

LARGEST_AMOUNT = 2_100_000_000_000_000
LONGEST_MS = 31 * 24 * 3600 * 1000

amounts = st.integers(0, 1000) | st.sampled_from([LARGEST_AMOUNT, 1]) | st.integers(0, LARGEST_AMOUNT)
latencies = st.none() | st.integers(0, 5000) | st.sampled_from([0, 1, LONGEST_MS])
payers = st.sampled_from([None, "alice", "bob", "carol", "Alice", "zs1é"])
methods = st.sampled_from([None, "transparent", "shielded"])
resources = st.sampled_from([None, "/a", "/b", "/ü?q=1&r='"])
countries = st.sampled_from([None, "NP", "DE", "US"])
failure_codes = st.sampled_from([None, "TIMEOUT", "INVALID_PROOF", "OTHER", "NEVER_HEARD_OF"])
attempts = st.sampled_from([1, 1, 1, 2, 3, 10_000])
payment_ids = st.sampled_from(["p0", "p0", "p0", "p1", "P1", "pé"])
STEPS = ("settled", "failed", "expired", "created", "verifying", "verified", "retried", "refunded")


def _given(event: WireEvent) -> WireEvent:
    """Without what was drawn as absent."""
    return {name: value for name, value in event.items() if value is not None}


@st.composite
def payment_events(draw: st.DrawFn, merchant_ids: Sequence[str], anchors: Sequence[datetime]) -> WireEvent:
    """Any step of one of a few payments, settled and failed ones most."""
    kind = draw(st.sampled_from(STEPS) | st.sampled_from(STEPS[:2]))
    fields: WireEvent = {"merchant": draw(st.sampled_from(merchant_ids)), "attempt": draw(attempts)}
    fields |= {"payer": draw(payers), "method": draw(methods), "resource": draw(resources)}
    fields |= {"country": draw(countries)}
    if kind != "created":
        fields |= {"latency_ms": draw(latencies), "step_latency_ms": draw(latencies)}
    if kind in ("settled", "refunded"):
        fields |= {"amount": draw(amounts), "fee": draw(st.none() | amounts)}
    if kind == "failed":
        fields |= {"failure_code": draw(failure_codes), "failure_reason": draw(st.sampled_from([None, "slow"]))}
    return _given(factories.payment_event(kind, draw(payment_ids), draw(near(anchors)), _given(fields)))


@st.composite
def api_requests(draw: st.DrawFn, merchant: str | None, at: datetime) -> WireEvent:
    """A call to the facilitator's API, of a merchant or of nobody."""
    status = draw(st.sampled_from([200, 399, 400, 499, 500, 599]))
    latency_ms = draw(latencies.filter(lambda drawn: drawn is not None)) or 0
    return factories.api_request(
        draw(st.sampled_from(["/verify", "/settle"])), at, status, latency_ms, merchant=merchant
    )


@st.composite
def other_events(draw: st.DrawFn, merchant_ids: Sequence[str], anchors: Sequence[datetime]) -> WireEvent:
    """An event of one of the other streams."""
    at, merchant = draw(near(anchors)), draw(st.sampled_from(merchant_ids))
    stream = draw(st.sampled_from(["access", "webhook", "api", "sighting"]))
    if stream == "access":
        outcome = draw(st.sampled_from(["challenged", "paid"]))
        return _given(
            factories.access(str(draw(resources) or "/a"), at, outcome, merchant=merchant, payer=draw(payers))
        )
    if stream == "webhook":
        outcome, delivery = draw(st.sampled_from(["delivered", "failed", "pending"])), draw(payment_ids)
        own: WireEvent = {"merchant": merchant, "latency_ms": draw(latencies)}
        own["event_type"] = draw(st.sampled_from(["payment.settled", "payment.failed"]))
        return _given(factories.webhook(delivery, at, outcome, draw(attempts), **own))
    if stream == "api":
        return draw(api_requests(merchant, at))
    return _given(factories.sighting(str(draw(payers) or "dave"), at, merchant=merchant, amount=draw(amounts)))


def events(merchant_ids: Sequence[str], anchors: Sequence[datetime]) -> SearchStrategy[WireEvent]:
    """An event of any stream, a step of a payment most often."""
    payment = payment_events(merchant_ids, anchors)
    return payment | payment | payment | other_events(merchant_ids, anchors)

"""Telling what happened: one event, or many at once."""

from collections import Counter
from enum import Enum
from typing import Annotated

import strawberry

from resolvers.context import Context, Info, Ingest, Tracked
from resolvers.describing import describe
from resolvers.errors import AnalyticsError, BadInput, ErrorCode
from resolvers.fields import mutation
from resolvers.refusals import EventRefusal, RefusalCode
from resolvers.scalars import Event
from resolvers.tracking_inputs import (
    TrackApiRequestInput,
    TrackInput,
    TrackPaymentInput,
    TrackResourceAccessInput,
    TrackUniquePayerInput,
    TrackWebhookDeliveryInput,
    event_of,
)

MAX_EVENTS = 1_000


class TrackStatus(Enum):
    """What became of an event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"


describe(
    TrackStatus,
    "What became of an event.",
    ACCEPTED="It is new, and committed.",
    DUPLICATE="It was known already, the same; it is committed.",
    REJECTED="It was refused and is not stored; `refusal` says why.",
)


@strawberry.type(description="What became of one event.")
class TrackPayload:
    """The answer to a single event."""

    event_id: strawberry.ID = strawberry.field(description="The event's id, as it was sent.")
    status: TrackStatus = strawberry.field(description="What became of it.")
    refusal: EventRefusal | None = strawberry.field(description="Why it was refused; null where it was not.")


@strawberry.type(description="What became of many events. A bad one never stops its neighbours.")
class TrackEventsPayload:
    """The answer to a batch."""

    accepted: int = strawberry.field(description="How many are new, and committed.")
    duplicate: int = strawberry.field(description="How many were known already, the same.")
    rejected: int = strawberry.field(description="How many were refused.")
    refusals: list[EventRefusal] = strawberry.field(description="Each refused event, in the order sent.")


@strawberry.type
class TrackingMutations:
    """Mutations that tell events."""

    @mutation("Tells one step in a payment's life. Answers after it is committed.")
    async def track_payment(
        self,
        info: Info,
        given: Annotated[TrackPaymentInput, strawberry.argument(name="input", description="The event.")],
    ) -> TrackPayload | None:
        return await _track(info.context, "payment_events", given)

    @mutation("Tells one request for a paid resource. Answers after it is committed.")
    async def track_resource_access(
        self,
        info: Info,
        given: Annotated[TrackResourceAccessInput, strawberry.argument(name="input", description="The event.")],
    ) -> TrackPayload | None:
        return await _track(info.context, "resource_accesses", given)

    @mutation("Tells one sighting of a payer. Answers after it is committed.")
    async def track_unique_payer(
        self,
        info: Info,
        given: Annotated[TrackUniquePayerInput, strawberry.argument(name="input", description="The event.")],
    ) -> TrackPayload | None:
        return await _track(info.context, "payer_sightings", given)

    @mutation("Tells one attempt to deliver a webhook. Answers after it is committed.")
    async def track_webhook_delivery(
        self,
        info: Info,
        given: Annotated[TrackWebhookDeliveryInput, strawberry.argument(name="input", description="The event.")],
    ) -> TrackPayload | None:
        return await _track(info.context, "webhook_deliveries", given)

    @mutation("Tells one call to the facilitator's API. Answers after it is committed.")
    async def track_api_request(
        self,
        info: Info,
        given: Annotated[TrackApiRequestInput, strawberry.argument(name="input", description="The event.")],
    ) -> TrackPayload | None:
        return await _track(info.context, "api_requests", given)

    @mutation("Tells many events of any streams. Answers after they are committed; each is judged alone.")
    async def track_events(
        self,
        info: Info,
        events: Annotated[list[Event], strawberry.argument(description="The events, 1,000 at most.")],
    ) -> TrackEventsPayload | None:
        return await _track_many(info.context, events)


async def _track(context: Context, stream: str, told: TrackInput) -> TrackPayload:
    principal = context.principal
    principal.require_write(told.merchant_id)
    outcome = await _ingest(context).submit(event_of(stream, told), principal.merchant_id)
    refusal = _refusal(0, told.event_id, outcome) if outcome.status == TrackStatus.REJECTED.value else None
    return TrackPayload(event_id=told.event_id, status=TrackStatus(outcome.status), refusal=refusal)


async def _track_many(context: Context, events: list[Event]) -> TrackEventsPayload:
    principal = context.principal
    principal.require_write(None)
    if len(events) > MAX_EVENTS:
        raise BadInput(f"At most {MAX_EVENTS} events at once; POST /events takes any number.")
    outcomes = await _ingest(context).submit_many(events, principal.merchant_id)
    counts = Counter(outcome.status for outcome in outcomes)
    refusals = [
        _refusal(index, event.get("event_id"), outcome)
        for index, (event, outcome) in enumerate(zip(events, outcomes, strict=True))
        if outcome.status == TrackStatus.REJECTED.value
    ]
    return TrackEventsPayload(
        accepted=counts[TrackStatus.ACCEPTED.value],
        duplicate=counts[TrackStatus.DUPLICATE.value],
        rejected=counts[TrackStatus.REJECTED.value],
        refusals=refusals,
    )


def _ingest(context: Context) -> Ingest:
    if context.services.ingest is None:
        raise AnalyticsError(ErrorCode.STORE_UNAVAILABLE, "This process takes no events.")
    return context.services.ingest


def _refusal(index: int, event_id: object, outcome: Tracked) -> EventRefusal:
    return EventRefusal(
        index=index,
        event_id=strawberry.ID(event_id[:128]) if isinstance(event_id, str) else None,
        code=RefusalCode(outcome.code),
        field=outcome.field,
        message=outcome.message or "",
    )

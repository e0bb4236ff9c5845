"""Which payments are listed, and in which order."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

import strawberry

from resolvers.describing import describe
from resolvers.errors import BadInput
from resolvers.failure_codes import FailureCode
from resolvers.payment_batches import PaymentFilter
from resolvers.payment_enums import PaymentMethod, PaymentState
from resolvers.scalars import Zatoshi
from resolvers.scope import EARLIEST, LATEST

MAX_CHOICES = 50
LARGEST = 2**63 - 1


class PaymentOrderField(Enum):
    """The time that a list of payments goes by; the value is what the database calls it."""

    CREATED_AT = "created"
    UPDATED_AT = "updated"
    SETTLED_AT = "settled"


class OrderDirection(Enum):
    """Which end of a list comes first."""

    ASC = "ascending"
    DESC = "descending"


describe(
    PaymentOrderField,
    "The time that a list of payments goes by; payments of the same instant follow in order of their id.",
    CREATED_AT="When the payment's first event happened; a page reached by cursors is never shifted by newer payments.",
    UPDATED_AT="When its latest event happened: a payment that something happens to moves while one turns the pages.",
    SETTLED_AT="When it settled; the list has no payment that never did.",
)
describe(
    OrderDirection,
    "Which end of a list comes first.",
    ASC="The earliest, or the smallest.",
    DESC="The latest, or the largest.",
)


@strawberry.input(description="The order of a list of payments.")
class PaymentOrderInput:
    """By a time, in a direction."""

    field: PaymentOrderField = strawberry.field(
        default=PaymentOrderField.CREATED_AT, description="The time that it goes by."
    )
    direction: OrderDirection = strawberry.field(default=OrderDirection.DESC, description="Which end comes first.")


@strawberry.input(description="A half-open range of instants; a side that is left out is open.")
class InstantRangeInput:
    """From an instant up to another."""

    since: datetime | None = strawberry.field(default=None, description="The first instant.")
    until: datetime | None = strawberry.field(
        default=None, description="The first instant that no longer belongs to it."
    )


@strawberry.input(description="A range of amounts, both ends included; a side that is left out is open.")
class AmountRangeInput:
    """From an amount up to another."""

    min: Zatoshi | None = strawberry.field(default=None, description="The smallest amount, in zatoshi.")
    max: Zatoshi | None = strawberry.field(default=None, description="The largest amount, in zatoshi.")


@strawberry.input(
    description=(
        "Which payments are listed: those that all conditions hold for. A condition that is left out holds for all; "
        f"a list of values holds for any of them, and has at most {MAX_CHOICES}."
    )
)
class PaymentFilterInput:
    """Conditions."""

    states: list[PaymentState] | None = strawberry.field(default=None, description="How they stand.")
    methods: list[PaymentMethod] | None = strawberry.field(default=None, description="How they were made.")
    resources: list[str] | None = strawberry.field(default=None, description="What was paid for, exactly as told.")
    payers: list[str] | None = strawberry.field(default=None, description="Who paid, exactly as told.")
    failure_codes: list[FailureCode] | None = strawberry.field(
        default=None, description="Why they last failed, be they settled by now or not: codes of failed attempts."
    )
    amount: AmountRangeInput | None = strawberry.field(
        default=None, description="How much was asked or paid; a payment whose events told no amount is left out."
    )
    created: InstantRangeInput | None = strawberry.field(default=None, description="When their first event happened.")
    settled: InstantRangeInput | None = strawberry.field(
        default=None, description="When they settled; one that never did is left out."
    )


def checked(given: PaymentFilterInput | None) -> PaymentFilter:
    """Return the conditions of a filter; raise BadInput for one that cannot be meant."""
    if given is None:
        return PaymentFilter()
    amount_min, amount_max = _amounts(given.amount)
    created_from, created_until = _instants("created", given.created)
    settled_from, settled_until = _instants("settled", given.settled)
    return PaymentFilter(
        states=_choices("states", _stored(given.states)),
        methods=_choices("methods", _stored(given.methods)),
        resources=_choices("resources", given.resources),
        payers=_choices("payers", given.payers),
        failure_codes=_choices("failureCodes", _stored(given.failure_codes)),
        amount_min=amount_min,
        amount_max=amount_max,
        created_from=created_from,
        created_until=created_until,
        settled_from=settled_from,
        settled_until=settled_until,
    )


def _stored(given: Sequence[Enum] | None) -> list[str] | None:
    return None if given is None else [each.value for each in given]


def _choices(name: str, given: Sequence[str] | None) -> tuple[str, ...] | None:
    if given is None:
        return None
    if not 1 <= len(given) <= MAX_CHOICES:
        raise BadInput(f"filter.{name} takes 1 to {MAX_CHOICES} values; leave it out to list all.")
    if any("\0" in text for text in given):
        raise BadInput(f"filter.{name} has a character that no text here can have, U+0000.")
    return tuple(sorted(set(given)))


def _amounts(given: AmountRangeInput | None) -> tuple[int | None, int | None]:
    if given is None:
        return None, None
    if given.min is not None and given.max is not None and given.max < given.min:
        raise BadInput("filter.amount.max must not be less than its min.")
    # What lies beyond a stored amount means the same as the last one that could be stored.
    low, high = (None if each is None else max(-1, min(each, LARGEST)) for each in (given.min, given.max))
    return low, high


def _instants(name: str, given: InstantRangeInput | None) -> tuple[datetime | None, datetime | None]:
    if given is None:
        return None, None
    since, until = given.since, given.until
    if any(each is not None and not EARLIEST <= each <= LATEST for each in (since, until)):
        raise BadInput(f"filter.{name} must lie between {EARLIEST:%Y-%m-%d} and {LATEST:%Y-%m-%d}.")
    if since is not None and until is not None and until <= since:
        raise BadInput(f"filter.{name}.until must be later than its since; it is not part of the range.")
    return since, until

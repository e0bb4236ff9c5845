"""How long the steps of a payment take."""

import asyncio
from collections.abc import Awaitable, Sequence

import strawberry

from resolvers.context import Info
from resolvers.durations import Durations, durations
from resolvers.payment_enums import PaymentStep
from resolvers.range_answer import Answer, ask_freshness
from resolvers.range_input import RangeInput, span_of
from resolvers.scope import Scope
from resolvers.sketch import merged
from sql.breakdowns import StepSketch

STEPS = tuple(step for step in PaymentStep if step not in {PaymentStep.CREATED, PaymentStep.CORRECTED})


@strawberry.type(description="How long one step of payments took, counted when it happened.")
class StepLatency:
    """By what its events told."""

    step: PaymentStep = strawberry.field(description="The step that was reached.")
    since_created: Durations = strawberry.field(description="From the payment's creation to the step.")
    since_step_before: Durations = strawberry.field(description="From the step before to this one.")


@strawberry.type(description="How long payments take, step by step.")
class Latency(Answer):
    """Always the same seven rows."""

    steps: list[StepLatency] = strawberry.field(description="Every step but the first, in the order of a payment.")


def load_latency(scope: Scope, asked: RangeInput, info: Info) -> Awaitable[Latency]:
    """Ask for both sketches of a range."""
    window = span_of(scope, asked).counted.current
    ask_freshness(scope, window, info)
    loaders, key = scope.context.loaders, scope.parts((window,))
    created, before = loaders.latency_by_part.load(key), loaders.step_latency_by_part.load(key)

    async def built() -> Latency:
        [since_created], [since_before] = await asyncio.gather(created, before)
        return Latency(
            scope=scope,
            window=window,
            computed_at=scope.computed_at(),
            steps=[_step(step, since_created, since_before) for step in STEPS],
        )

    return built()


def _step(step: PaymentStep, since_created: Sequence[StepSketch], since_before: Sequence[StepSketch]) -> StepLatency:
    return StepLatency(
        step=step,
        since_created=durations(merged(row for row in since_created if row.step == step.value)),
        since_step_before=durations(merged(row for row in since_before if row.step == step.value)),
    )

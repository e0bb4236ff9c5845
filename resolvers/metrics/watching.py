"""What a metrics question follows from, for whoever watches its answer."""

from typing import Final

from resolvers.errors import BadInput
from resolvers.metrics.families import DELIVERIES
from resolvers.metrics.question import Asked
from resolvers.metrics.registry import source_of
from resolvers.watching import PAYMENT_EVENTS
from sql.engine import AGGREGATES

WEBHOOK_DELIVERIES: Final = "webhook_deliveries"


def streams_of(asked: Asked) -> frozenset[str]:
    """Return the streams whose events can change the answer; raise BadInput for a question that has none."""
    families = {family.name for metric in asked.metrics for family in source_of(metric, asked.dimensions) or ()}
    if not families:
        raise BadInput("None of the metrics has these dimensions.")
    return frozenset(_stream(name) for name in families)


def _stream(family: str) -> str:
    if family in AGGREGATES:
        return AGGREGATES[family].source
    return WEBHOOK_DELIVERIES if family == DELIVERIES.name else PAYMENT_EVENTS

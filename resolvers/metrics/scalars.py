"""Figures and whole columns of them as scalars: a column is one value to GraphQL, however long it is."""

from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from resolvers.metrics.columns import Told

MetricNumber = NewType("MetricNumber", object)
MetricNumbers = NewType("MetricNumbers", list[Told])
Instants = NewType("Instants", tuple[str, ...])
Flags = NewType("Flags", tuple[bool, ...])

METRIC_SCALARS: dict[object, ScalarDefinition] = {
    MetricNumber: strawberry.scalar(
        name="MetricNumber",
        description=(
            "A figure in its metric's unit: an amount of zatoshi as a string of digits, a count as a whole number, "
            "anything else as a number."
        ),
        serialize=lambda value: value,
    ),
    MetricNumbers: strawberry.scalar(
        name="MetricNumbers",
        description="A list of figures (see MetricNumber), null where there is none, as one value.",
        serialize=lambda value: value,
    ),
    Instants: strawberry.scalar(
        name="Instants", description="A list of instants (see DateTime) as one value.", serialize=list
    ),
    Flags: strawberry.scalar(name="Flags", description="A list of true and false as one value.", serialize=list),
}

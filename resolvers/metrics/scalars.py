"""Figures and whole columns of them as scalars: a column is one value to GraphQL, however long it is."""

import math
import re
from typing import NewType

import strawberry
from graphql import FloatValueNode, GraphQLError, IntValueNode, StringValueNode, ValueNode
from strawberry.types.scalar import ScalarDefinition

from resolvers.metrics.columns import Told

MetricNumber = NewType("MetricNumber", object)
MetricNumbers = NewType("MetricNumbers", list[Told])
Instants = NewType("Instants", tuple[str, ...])
Flags = NewType("Flags", tuple[bool, ...])

MAX_DIGITS = 40
NUMBER = re.compile(rf"-?[0-9]{{1,{MAX_DIGITS}}}(\.[0-9]{{1,20}})?", re.ASCII)


def read_number(value: object) -> str | int | float:
    """Read a figure: a number, or a string of digits; what is finite, of so many digits, and no truth value."""
    match value:
        case str() if NUMBER.fullmatch(value):
            return value
        case bool():
            pass
        case int() if abs(value) < 10**MAX_DIGITS:
            return value
        case float() if math.isfinite(value):
            return value
    raise GraphQLError(f"MetricNumber is a number, or a string of digits, of at most {MAX_DIGITS} digits.")


def read_number_literal(node: ValueNode, _variables: object = None) -> str | int | float:
    """Read a figure written into the document."""
    match node:
        case IntValueNode() if len(node.value) <= MAX_DIGITS + 1:  # a sign may be one of them
            return read_number(int(node.value))
        case FloatValueNode():
            return read_number(float(node.value))
        case StringValueNode():
            return read_number(node.value)
    return read_number(None)


METRIC_SCALARS: dict[object, ScalarDefinition] = {
    MetricNumber: strawberry.scalar(
        name="MetricNumber",
        description=(
            "A figure in its metric's unit: an amount of zatoshi as a string of digits, a count as a whole number, "
            "anything else as a number."
        ),
        serialize=lambda value: value,
        parse_value=read_number,
        parse_literal=read_number_literal,
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

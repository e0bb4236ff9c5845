"""Enums and types of the pure modules, told to GraphQL with a description for every value and field."""

from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

E = TypeVar("E", bound=type[Enum])
D = TypeVar("D", bound=type)


def describe(enum: E, description: str, /, name: str | None = None, **values: str) -> E:
    """Register an enum; raise ValueError when a value has no description or a description no value."""
    strawberry.enum(enum, name=name, description=description)
    definition = cast("StrawberryEnumDefinition", vars(enum)["__strawberry_definition__"])
    if {value.name for value in definition.values} != set(values):
        raise ValueError(f"{enum.__name__}: each value wants one description")
    for value in definition.values:
        value.description = values[value.name]
    return enum


def describe_type(cls: D, description: str, /, name: str | None = None, **fields: str) -> D:
    """Register a dataclass as an object type; raise ValueError unless each field has one description."""
    strawberry.type(cls, name=name, description=description)
    definition = cast("StrawberryObjectDefinition", vars(cls)["__strawberry_definition__"])
    if {each.python_name for each in definition.fields} != set(fields):
        raise ValueError(f"{cls.__name__}: each field wants one description")
    for each in definition.fields:
        each.description = fields[each.python_name]
    return cls

"""How a planned look goes: down through the objects at once, then on with what had to be waited for."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, TypeAlias

from resolvers.context import Context

Read: TypeAlias = Callable[[Any, Context], Any]
Complete: TypeAlias = Callable[[Any, "Run"], Any]


class GaveUp(Exception):
    """This operation, or this look at it, is one for graphql-core."""


@dataclass(frozen=True, slots=True)
class PlannedField:
    """Where a key's value comes from and what is made of it; only a resolver may have to be waited for."""

    key: str
    read: Read
    complete: Complete
    resolved: bool


class Run:
    """Part of one look: what was begun on the way down is waited for together, as graphql-core does."""

    __slots__ = ("_begun", "context")

    def __init__(self, context: Context) -> None:
        self.context = context
        self._begun: list[tuple[PlannedField, Awaitable[Any], dict[str, Any]]] = []

    def object(self, fields: Collection[PlannedField], source: Any) -> dict[str, Any]:
        """Return the keys of an object; those that have to be waited for are filled in later, in their place."""
        told: dict[str, Any] = {}
        for field in fields:
            value = field.read(source, self.context)
            if field.resolved and hasattr(type(value), "__await__"):
                told[field.key] = None
                self._begun.append((field, value, told))
            else:
                told[field.key] = field.complete(value, self)
        return told

    async def whole(self, complete: Complete, value: Any) -> Any:
        """Return what is made of a value, once nothing has to be waited for; raise what goes wrong first."""
        try:
            told = complete(value, self)
        except BaseException:
            for _, waiting, _ in self._begun:
                if asyncio.iscoroutine(waiting):
                    waiting.close()
            raise
        if len(self._begun) == 1:
            await self._fill(*self._begun[0])
        elif self._begun:
            await asyncio.gather(*(self._fill(*each) for each in self._begun))
        return told

    async def _fill(self, field: PlannedField, value: Awaitable[Any], told: dict[str, Any]) -> None:
        told[field.key] = await Run(self.context).whole(field.complete, await value)


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription's one field."""

    key: str
    begin: Callable[[Context], AsyncGenerator[Any, None]]
    complete: Complete

    async def look(self, context: Context) -> dict[str, Any]:
        """Return the data of the first value. Raises whatever goes wrong: then it is for graphql-core."""
        async with aclosing(self.begin(context)) as values:
            return {self.key: await Run(context).whole(self.complete, await anext(values))}

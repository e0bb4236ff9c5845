"""Declaring fields, with types that mypy can follow.

A resolver that is a coroutine starts a tick later for each level that it lies deeper, and its loads then miss
the batch of those above. A `loaded` field is a plain function instead: it asks its loaders while the executor
is still walking down, so that one operation's questions of one kind leave in one statement, and returns what
is to be awaited.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., Any])
Loading = TypeVar("Loading", bound=Callable[..., Awaitable[Any]])
T = TypeVar("T")
R = TypeVar("R")


def resolved(description: str) -> Callable[[Resolver], Resolver]:
    """Declare a field that a function or a coroutine resolves."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))


def loaded(graphql_type: object, description: str) -> Callable[[Loading], Loading]:
    """Declare a field of a type whose resolver asks loaders and returns an awaitable."""
    declared = strawberry.field(graphql_type=graphql_type, description=description)
    return cast("Callable[[Loading], Loading]", declared)


@dataclass(frozen=True, slots=True)
class After(Awaitable[R], Generic[T, R]):
    """A value to be built; no coroutine, since those of an operation that is broken off complain of it."""

    loading: Awaitable[T]
    build: Callable[[T], R]

    def __await__(self) -> Generator[Any, Any, R]:
        return self.build((yield from self.loading.__await__()))


def after(loading: Awaitable[T], build: Callable[[T], R]) -> Awaitable[R]:
    """Build a value from what was asked for already: `return after(loader.load(key), build)`."""
    return After(loading, build)


def ready(value: R) -> Awaitable[R]:
    """Return a value for which nothing has to be asked, as `after` returns others."""
    found: asyncio.Future[R] = asyncio.get_running_loop().create_future()
    found.set_result(value)
    return found


def mutation(description: str) -> Callable[[Resolver], Resolver]:
    """Declare a mutation."""
    return cast("Callable[[Resolver], Resolver]", strawberry.mutation(description=description))


def subscription(description: str) -> Callable[[Resolver], Resolver]:
    """Declare a subscription, which an asynchronous generator resolves."""
    return cast("Callable[[Resolver], Resolver]", strawberry.subscription(description=description))

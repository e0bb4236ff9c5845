"""Questions of several operations in one statement: each gets its own answers, and a failure that is its own."""

import asyncio
from typing import Any, cast

import pytest

from resolvers.context import Store
from resolvers.gathering import MAX_ASKING, Gathering
from sql import StoreUnavailable

NO_STORE = cast("Store", None)


class Asked:
    """A batch function that writes down what it was asked, and fails where a key says so."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []

    async def __call__(self, _store: Store, keys: list[Any]) -> list[str]:
        self.batches.append(keys)
        await asyncio.sleep(0)
        if "away" in keys:
            raise StoreUnavailable("away")
        if "bad" in keys:
            raise ValueError("bad")
        return [f"{key}!" for key in keys]


async def test_questions_of_a_moment_are_one_and_each_gets_its_own_answers() -> None:
    gathering, asked = Gathering(NO_STORE), Asked()
    found = await asyncio.gather(*(gathering.ask(asked, keys) for keys in (["a", "b"], ["c"], [], ["a"])))
    assert found == [["a!", "b!"], ["c!"], [], ["a!"]]
    assert asked.batches == [["a", "b", "c", "a"]]
    assert await gathering.ask(asked, ["d"]) == ["d!"]


async def test_kinds_are_kept_apart() -> None:
    gathering, one, other = Gathering(NO_STORE), Asked(), Asked()
    await asyncio.gather(gathering.ask(one, ["a"]), gathering.ask(other, ["b"]))
    assert (one.batches, other.batches) == ([["a"]], [["b"]])


async def test_a_failure_for_one_is_not_its_neighbours() -> None:
    gathering, asked = Gathering(NO_STORE), Asked()
    found = await asyncio.gather(*(gathering.ask(asked, [key]) for key in ("a", "bad", "c")), return_exceptions=True)
    assert (found[0], type(found[1]), found[2]) == (["a!"], ValueError, ["c!"])


async def test_a_store_that_is_away_is_not_asked_again() -> None:
    gathering, asked = Gathering(NO_STORE), Asked()
    found = await asyncio.gather(*(gathering.ask(asked, [key]) for key in ("a", "away")), return_exceptions=True)
    assert [type(each) for each in found] == [StoreUnavailable, StoreUnavailable]
    assert len(asked.batches) == 1


async def test_who_gives_up_takes_nothing_from_the_others() -> None:
    gathering, asked = Gathering(NO_STORE), Asked()
    leaving = asyncio.create_task(gathering.ask(asked, ["a"]))
    staying = asyncio.create_task(gathering.ask(asked, ["b"]))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await staying == ["b!"]


async def test_a_statement_takes_so_many_at_most() -> None:
    gathering, asked = Gathering(NO_STORE), Asked()
    await asyncio.gather(*(gathering.ask(asked, [number]) for number in range(MAX_ASKING + 1)))
    assert [len(batch) for batch in asked.batches] == [MAX_ASKING, 1]

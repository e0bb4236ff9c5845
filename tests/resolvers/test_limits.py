"""What is kept of documents between operations."""

import gc

from graphql import Source

from resolvers.limits import MAX_KEPT_LENGTH
from tests.resolvers.conftest import Desk, merchant


async def test_nothing_is_kept_of_a_long_document(desk: Desk) -> None:
    await desk.merchants("shop")
    for length in (MAX_KEPT_LENGTH // 2, MAX_KEPT_LENGTH + 1):
        document = "{ merchant { id } } #".ljust(length, "x")
        for _ in range(2):
            assert await desk.data(document, merchant("shop")) == {"merchant": {"id": "shop"}}
    gc.collect()
    kept = [each.body for each in gc.get_objects() if isinstance(each, Source) and "xxxxx" in each.body]
    assert {len(body) for body in kept} == {MAX_KEPT_LENGTH // 2}

"""What a document may be, and what is kept of documents between operations."""

import gc

import pytest
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


ALERT = 'mutation { createAlert(input: {name: "x", metric: %s, comparison: BELOW, threshold: %s}) { secret } }'


@pytest.mark.parametrize("digits", [401, 5_000, MAX_KEPT_LENGTH + 1])
@pytest.mark.parametrize(
    "document",
    [
        "{ merchant { payments(first: %s) { nodes { id } } } }",
        "{ merchant { metrics(names: [REVENUE], range: {days: %s}) { totals { value } } } }",
        "query ($first: Int = %s) { merchant { payments(first: $first) { nodes { id } } } }",
        "{ merchant @include(if: %s) { id } }",
        "mutation { trackEvents(events: [{metadata: {a: [-%s]}}]) { accepted } }",
        ALERT % ("SUCCESS_RATE", "%s"),
        ALERT % ("REVENUE", "%s.5"),
    ],
)
async def test_a_number_too_long_to_be_meant_is_refused(desk: Desk, document: str, digits: int) -> None:
    for _ in range(2):
        result = await desk.ask(document % ("9" * digits), merchant("shop"))
        assert result.codes == ("VALIDATION_FAILED",)
        assert result.errors[0]["message"].startswith("A number has at most 400 characters; this one has ")
        assert desk.statements == []


async def test_many_digits_that_are_no_number_are_no_matter(desk: Desk) -> None:
    await desk.merchants("shop")
    digits = "9" * 5_000
    found = await desk.ask(f'{{ merchant {{ payment(id: "{digits}") {{ id }} }} }} # {digits}', merchant("shop"))
    assert found.codes == ("NOT_FOUND",)
    short = await desk.ask("{ merchants(first: %s) { nodes { id } } }" % ("9" * 400))
    assert short.codes == ("VALIDATION_FAILED",)
    assert "non 32-bit" in short.errors[0]["message"]

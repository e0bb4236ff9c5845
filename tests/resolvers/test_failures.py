# ruff: noqa: ARG002 - a store that looks at nothing
"""What a client sees of failures: a code, never our insides; what is logged: everything, once."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from graphql import get_introspection_query
from structlog.testing import capture_logs

from resolvers.context import READ, Principal, Services
from resolvers.executor import Executor
from resolvers.limits import Limits
from sql import Query, StoreUnavailable
from sql.rows import Merchant
from tests.resolvers.conftest import FACILITATOR, NOW

ROW = Merchant("shop", "Shop", "UTC", 1, 60, None, "active", NOW)
TREND = "dashboard { revenue { today { current { zatoshi } } } }"
PAGE = f"{{ merchants {{ nodes {{ id {TREND} realtime {{ today {{ transactionCount }} }} }} }} }}"


class Faulty:
    """A store whose every question but for merchants ends in one way."""

    def __init__(self, failure: BaseException | float) -> None:
        self.failure = failure
        self.cancelled = 0

    async def fetch(self, query: Query, **params: Any) -> list[Any]:
        if query.name.startswith("merchants"):
            return [ROW, replace(ROW, merchant_id="other")]
        if isinstance(self.failure, BaseException):
            raise self.failure
        try:
            await asyncio.sleep(self.failure)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return []

    async def fetch_one(self, query: Query, **params: Any) -> Any | None:
        return None

    async def execute(self, query: Query, **params: Any) -> str:
        return ""


def executor(store: Faulty, **limits: Any) -> Executor:
    return Executor(Services(store, clock=lambda: NOW), Limits(**limits))


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (StoreUnavailable("ConnectionRefusedError"), "STORE_UNAVAILABLE"),
        (asyncpg.QueryCanceledError("canceling statement due to statement timeout"), "TIMEOUT"),
        (asyncio.CancelledError(), "TIMEOUT"),
        (TimeoutError(), "TIMEOUT"),
        (ValueError("password=hunter2 in SELECT * FROM z402.payments"), "INTERNAL"),
        (asyncpg.UndefinedTableError('relation "z402.nothing" does not exist'), "INTERNAL"),
    ],
)
async def test_failures_are_told_by_code_alone(failure: BaseException, code: str) -> None:
    async with asyncio.timeout(5):
        result = await executor(Faulty(failure)).execute(PAGE, principal=FACILITATOR)
    assert result.codes == (code,) * 4
    assert {error["path"][-1] for error in result.errors} == {"dashboard", "today"}
    text = str(result.payload())
    assert not any(inside in text for inside in ("hunter2", "z402.", "SELECT", "asyncpg", "statement", "Refused"))
    # The profiles came, so they are given: partial data beside the errors.
    assert result.data is not None
    nodes = result.data["merchants"]["nodes"]
    assert [(node["id"], node["dashboard"], node["realtime"]) for node in nodes] == [
        ("shop", None, {"today": None}),
        ("other", None, {"today": None}),
    ]


async def test_internal_error_is_logged_once_with_the_id_that_the_client_gets() -> None:
    with capture_logs() as logs:
        result = await executor(Faulty(RuntimeError("inside"))).execute(PAGE, principal=FACILITATOR)
    [entry] = [entry for entry in logs if entry["event"] == "operation.failed"]
    assert {error["extensions"]["id"] for error in result.errors} == {entry["error_id"]}
    assert all(entry["error_id"] in error["message"] for error in result.errors)
    assert str(entry["exc_info"]) == "inside"


async def test_store_that_is_away_is_logged_once_without_a_traceback() -> None:
    with capture_logs() as logs:
        await executor(Faulty(StoreUnavailable("away"))).execute(PAGE, principal=FACILITATOR)
    assert logs == [
        {"event": "operation.store_unavailable", "log_level": "warning", "operation": None, "reason": "away"}
    ]


async def test_time_limit_ends_an_operation_and_its_statements() -> None:
    store = Faulty(30.0)
    async with asyncio.timeout(5):
        result = await executor(store, time_limit_seconds=0.05).execute(PAGE, principal=FACILITATOR)
        await asyncio.sleep(0)
    assert (result.executed, result.codes) == (False, ("TIMEOUT",))
    await asyncio.sleep(0.01)
    assert store.cancelled == 1


async def test_operation_whose_client_left_stops_its_statements() -> None:
    store = Faulty(30.0)
    asking = asyncio.create_task(executor(store).execute(PAGE, principal=FACILITATOR))
    await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await asyncio.sleep(0.01)
    assert store.cancelled == 1


def fragments_in_a_circle() -> str:
    return """{ viewer { ...A } } fragment A on Viewer { merchant { id } ...B } fragment B on Viewer { subject ...A }"""


def many_aliases() -> str:
    return "{ " + " ".join(f"a{n}: viewer {{ subject }}" for n in range(61)) + " }"


def aliases_in_fragments() -> str:
    fields = " ".join(f"b{n}: subject" for n in range(40))
    return f"{{ x: viewer {{ ...F }} y: viewer {{ ...F }} }} fragment F on Viewer {{ {fields} }}"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("{ " + "viewer { subject } " * 600 + "}", "PARSE_FAILED"),
        (many_aliases(), "VALIDATION_FAILED"),
        (aliases_in_fragments(), "VALIDATION_FAILED"),
        (fragments_in_a_circle(), "VALIDATION_FAILED"),
        ("{" * 1_900, "PARSE_FAILED"),
        ("{ viewer { subject } } fragment Unused on Viewer { subject }", "VALIDATION_FAILED"),
        ("query ($x: Zatoshi) { viewer { subject } }", "VALIDATION_FAILED"),
        ("{ merchants(first: 1.5) { nodes { id } } }", "VALIDATION_FAILED"),
        ('{ merchant(id: "a") { dashboard(at: "2026-05-13") { asOf } } }', "VALIDATION_FAILED"),
        ('{ merchant(id: "a") { dashboard(at: "2026-05-13T12:00:00") { asOf } } }', "VALIDATION_FAILED"),
        ('{ merchant(id: "a") { dashboard(at: 5) { asOf } } }', "VALIDATION_FAILED"),
    ],
)
async def test_bounds_hold_before_anything_runs(document: str, code: str) -> None:
    store = Faulty(AssertionError("nothing may be asked"))
    async with asyncio.timeout(10):
        result = await executor(store).execute(document, principal=FACILITATOR)
    assert not result.executed
    assert set(result.codes) == {code}


async def test_depth_is_bounded() -> None:
    document = '{ merchant(id: "shop") { dashboard { revenue { today { current { zatoshi } } } } } }'
    assert (await executor(Faulty(0.0), max_depth=4).execute(document, principal=FACILITATOR)).codes == (
        "VALIDATION_FAILED",
    )


@pytest.mark.parametrize("at", ["1969-12-31T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_instants_that_no_calendar_covers_are_refused(at: str) -> None:
    document = (
        'query ($at: DateTime) { merchant(id: "shop") { dashboard(at: $at) { asOf } realtime(at: $at) { asOf } } }'
    )
    result = await executor(Faulty(0.0)).execute(document, {"at": at}, principal=FACILITATOR)
    assert set(result.codes) == {"BAD_USER_INPUT"}
    assert result.data == {"merchant": {"dashboard": None, "realtime": None}}


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"at": "2026-05-13T12:00:00"}, "has no zone"),
        ({"at": "yesterday"}, "is no ISO 8601 time"),
        ({"at": 5}, "is an ISO 8601 string"),
        ({"at": "0001-01-01T00:00:00+10:00"}, "is out of range"),
    ],
)
async def test_variables_that_cannot_be_meant_say_what_to_send(variables: dict[str, object], message: str) -> None:
    document = 'query ($at: DateTime) { merchant(id: "shop") { dashboard(at: $at) { asOf } } }'
    result = await executor(Faulty(0.0)).execute(document, variables, principal=FACILITATOR)
    assert (result.executed, result.codes) == (False, ("BAD_USER_INPUT",))
    assert message in result.errors[0]["message"]


async def test_null_for_an_argument_with_a_default_is_bad_input() -> None:
    document = "query ($n: Int) { merchants(first: $n) { nodes { id } } }"
    result = await executor(Faulty(0.0)).execute(document, {"n": None}, principal=FACILITATOR)
    assert result.codes == ("BAD_USER_INPUT",)


async def test_same_document_for_nobody_and_for_somebody_is_judged_apart() -> None:
    runs = executor(Faulty(0.0))
    document = "{ __schema { queryType { name } } }"
    somebody = Principal("somebody", "shop", frozenset({READ}))
    for _ in range(2):
        assert (await runs.execute(document, principal=somebody)).data == {"__schema": {"queryType": {"name": "Query"}}}
        assert (await runs.execute(document)).codes == ("UNAUTHENTICATED",)


async def test_explorers_introspect_with_a_token_within_the_limits() -> None:
    document = get_introspection_query(
        descriptions=True,
        specified_by_url=True,
        directive_is_repeatable=True,
        schema_description=True,
        input_value_deprecation=True,
    )
    result = await executor(Faulty(0.0)).execute(document, principal=Principal("x", "shop", frozenset({READ})))
    assert result.errors == ()

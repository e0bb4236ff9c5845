"""The table of what the first version had: each field, view, job, route, command and test in it exists."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, build_schema
from starlette.routing import Route

from gateway.__main__ import COMMANDS
from gateway.app import create_app
from gateway.settings import Settings
from jobs.contract import JobName
from resolvers.schema import sdl

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "seed.md"
ENDPOINTS = (
    "realtime", "dashboard", "trends/today", "trends/week", "trends/month", "peak-times", "success-rate", "failures",
    "webhook-metrics", "latency", "reports/monthly", "overview", "revenue", "transactions", "top-resources",
    "payment-methods", "customers",
)  # fmt: skip
AGGREGATES = (
    "hourly_revenue", "daily_revenue", "weekly_revenue", "monthly_revenue", "resource_access", "payment_methods",
    "success_rate", "webhook_metrics", "unique_payers",
)  # fmt: skip


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells for cells in split if cells[-1] not in {"test", "---"}]


def names() -> list[str]:
    return sorted({name for row in rows() for cell in row for name in re.findall("`([^`]+)`", cell)})


@cache
def fields() -> frozenset[str]:
    types = build_schema(sdl()).type_map.values()
    told = (kind for kind in types if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType))
    return frozenset(f"{kind.name}.{field}" for kind in told for field in kind.fields)


@cache
def routes() -> frozenset[str]:
    site = create_app(Settings(data_dir=ROOT / "nowhere", database_url="postgresql://nobody@127.0.0.1:1/none"))
    return frozenset(route.path for route in site.routes if isinstance(route, Route))


@cache
def functions(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def exists(name: str) -> bool:
    """Whether there is what a name in the table stands for; what it is shows in its form."""
    if name.startswith("tests/"):
        file, _, function = name.partition("::")
        return (ROOT / file).is_file() and function.startswith("test_") and function in functions(file)
    if name.startswith("/"):
        return name in routes()
    if name.startswith("z402-analytics "):
        return name.split()[1] in COMMANDS
    if name.startswith("analytics_"):
        return any(f"VIEW {name} " in file.read_text() for file in (ROOT / "sql" / "migrations").glob("*.sql"))
    return name in fields() or name in {job.value for job in JobName}


@pytest.mark.parametrize("name", names())
def test_what_the_table_names_exists(name: str) -> None:
    assert exists(name)


def test_no_place_is_empty() -> None:
    assert len(rows()) > 60
    for row in rows():
        assert len(row) == 4
        assert all(row)
        assert all("`" in cell for cell in row[1:])
        assert row[3].startswith("`tests/")


def test_every_endpoint_and_aggregate_of_the_first_version_has_a_row() -> None:
    told = set(names())
    assert {f"/api/v1/analytics/{path}" for path in ENDPOINTS} <= told
    assert {f"analytics_{name}" for name in AGGREGATES} <= told
    assert not exists("/api/v1/analytics/nothing")
    assert not exists("Merchant.nothing")
    assert not exists("tests/gateway/test_seed.py::test_nothing")

"""The OpenAPI document and its page say what the routes do; a generator of requests finds nothing else."""

import asyncio
import re
import subprocess
import sys
from typing import Any

import jsonschema_rs
import pytest

from gateway.rest.answers import STATUSES
from gateway.rest.counts import COUNTS
from gateway.rest.openapi import document
from gateway.rest.routes import PREFIX, ROUTES
from resolvers.context import EXPORTS, READ
from resolvers.errors import ErrorCode
from tests.gateway.graphql.conftest import token
from tests.gateway.rest.conftest import Rest

#: Of these two, one knows no rules over several parameters, the other none for an empty one, which we let pass.
TOO_STRICT = "positive_data_acceptance,negative_data_rejection"


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if "$ref" in node else set()
        return own.union(*(references(each) for each in node.values()))
    return set().union(*(references(each) for each in node)) if isinstance(node, list) else set()


def test_the_document_has_every_route_and_defines_what_it_names() -> None:
    told = document()
    assert told["openapi"] == "3.1.0"
    files = {"/reports/weekly", "/reports/monthly", "/export"}
    assert set(told["paths"]) == {f"{PREFIX}{path}" for path in files | {route.path for route in ROUTES}}
    operations = [item["get"] for item in told["paths"].values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    assert all(
        operation["summary"] and set(operation["responses"]) >= {"200", "400", "401"} for operation in operations
    )
    defined = {f"#/components/schemas/{name}" for name in told["components"]["schemas"]}
    assert references(told) <= defined


def test_each_status_and_code_of_a_failure_is_declared() -> None:
    told = document()
    codes = told["components"]["schemas"]["Failure"]["properties"]["code"]["enum"]
    assert set(STATUSES) | {code.value for code in ErrorCode} == set(codes)
    # 405 never comes of GET, which is all that is described.
    statuses = {str(status) for status in STATUSES.values()} - {"405"}
    assert all(set(item["get"]["responses"]) == statuses | {"200", "304", "422"} for item in told["paths"].values())


def test_each_parameter_is_described() -> None:
    for route in ROUTES:
        names = [parameter.name for parameter in route.all_parameters]
        assert len(set(names)) == len(names)
        assert all(parameter.description.endswith(".") for parameter in route.all_parameters)


def test_each_route_says_what_it_counts() -> None:
    assert set(COUNTS) == {route.path for route in ROUTES}
    told = document()
    for route in ROUTES:
        assert told["paths"][f"{PREFIX}{route.path}"]["get"]["description"] == COUNTS[route.path]


def test_a_count_of_one_name_means_one_thing_in_all_answers() -> None:
    meant: dict[str, set[str]] = {}
    parts = document()["components"]["schemas"]
    for schema in (part for name, part in parts.items() if not name.startswith("Report.")):
        for name, each in schema["properties"].items():
            if each.get("type") == "integer" and "ount" in name:
                meant.setdefault(name, set()).add(each.get("description", ""))
    assert all(len(texts) == 1 for texts in meant.values()), meant
    assert meant["transactionCount"] == {"Attempts decided: settled, failed and expired."}
    assert meant["successfulCount"] == {"Payments settled: those that revenue is the sum of."}


def test_each_default_is_of_its_own_schema() -> None:
    for item in document()["paths"].values():
        for parameter in item["get"]["parameters"]:
            schema = parameter["schema"]
            assert jsonschema_rs.is_valid(schema, schema["default"]) if "default" in schema else True, parameter


def test_reports_declare_the_headers_that_they_have() -> None:
    told = {path: item["get"]["responses"]["200"]["headers"] for path, item in document()["paths"].items()}
    without = [path for path, headers in told.items() if set(headers) != {"ETag", "Cache-Control"}]
    assert without == [f"{PREFIX}/export"]  # a stream, whose bytes are not known before


async def test_the_document_is_served(rest: Rest) -> None:
    answer = await rest.site.client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json() == document()


async def test_the_page_is_whole_in_itself(rest: Rest) -> None:
    answer = await rest.site.client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert not re.search(r"(?:src|href)=[\"'](?!/|#)", answer.text)
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    for route in ROUTES:
        assert f"{PREFIX}{route.path}</h2>" in answer.text
        assert all(f'name="{parameter.name}"' in answer.text for parameter in route.all_parameters)


@pytest.mark.slow
async def test_generated_requests_find_no_failure_and_no_other_shape(rest: Rest) -> None:
    command = [
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        f"http://127.0.0.1:{rest.site.port}/api/v1/openapi.json",
    ]
    command += ["--header", f"Authorization: Bearer {token('shop', READ, EXPORTS)}", "--exclude-checks", TOO_STRICT]
    command += ["--exclude-path-regex", "/reports/|/export$"]  # files take too long to make a thousand of
    command += ["--max-examples", "10", "--generation-deterministic", "--no-color"]
    done = await asyncio.to_thread(
        subprocess.run, command, capture_output=True, text=True, timeout=240, cwd=rest.folder
    )
    assert done.returncode == 0, done.stdout[-5_000:]
    assert f"Tested: {len(ROUTES)}" in done.stdout

"""Reports over HTTP: three forms, kept versions, and refusals that say what to send."""

from datetime import UTC, datetime, timedelta

import jsonschema_rs
import pytest

from gateway.rest.openapi import document
from gateway.rest.routes import PREFIX
from tests.gateway.rest.conftest import Rest

MONTHLY = "/reports/monthly"


async def test_a_month_as_json(rest: Rest) -> None:
    answer = await rest.get(f"{MONTHLY}?month=2026-05&format=json")
    assert answer.status_code == 200
    body = answer.json()
    assert body["success"] is True
    report = body["report"]
    assert (report["kind"], report["period"], report["version"]) == ("MONTHLY", "2026-05", None)
    assert len(report["digest"]) == 64
    days = [day["current"]["revenue"]["zatoshi"] for day in report["trends"]["series"]]
    assert sum(map(int, days)) == int(report["trends"]["total"]["revenue"]["current"]["zatoshi"])


async def test_a_month_as_a_page(rest: Rest) -> None:
    answer = await rest.get(f"{MONTHLY}?month=2026-05&format=html")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "Monthly report, May 2026" in answer.text
    assert "<script" not in answer.text


@pytest.mark.usefixtures("pango")
async def test_a_month_as_pdf_that_the_client_has_already(rest: Rest) -> None:
    answer = await rest.get(f"{MONTHLY}?month=2026-05&format=pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="shop-2026-05.pdf"'
    assert answer.content.startswith(b"%PDF-")
    again = await rest.get(f"{MONTHLY}?month=2026-05&format=pdf", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


async def test_a_week(rest: Rest) -> None:
    answer = await rest.get("/reports/weekly?week=2026-05-11&format=html")
    assert "the week of 11 May 2026" in answer.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"{MONTHLY}?month=2024-13", "'2024-13' is no month; send a year and a month from 01 to 12, such as 2026-10."),
        (f"{MONTHLY}?month=2199-01", "2199-01 has not begun; send a month that has."),
        (f"{MONTHLY}?month=2199-01&format=html", "2199-01 has not begun"),
        ("/reports/weekly?week=2199-01-07", "2199-01-07 has not begun; send a week that has."),
        (
            "/reports/weekly?week=2026-05-13",
            "2026-05-13 is not the first day of one of the merchant's weeks; send 2026-05-11.",
        ),
        (f"{MONTHLY}?month=May", "2026-10"),
        (f"{MONTHLY}?month=2026-05&format=docx", "json, html, pdf"),
        (f"{MONTHLY}?month=2026-05&version=0", "1 to"),
        (f"{MONTHLY}?week=2026-05-11", "month"),
        ("/reports/weekly?week=2026-05", "2026-10-26"),
        ("/reports/weekly?week=2026-02-30", "2026-10-26"),
    ],
)
async def test_what_cannot_be_meant_is_refused(rest: Rest, address: str, said: str) -> None:
    answer = await rest.get(address)
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["code"] == "BAD_USER_INPUT"
    assert said in answer.json()["error"]


async def test_a_version_that_was_not_kept_is_not_found(rest: Rest) -> None:
    answer = await rest.get(f"{MONTHLY}?month=2026-05&version=7")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.json()["error"] == "No version of 2026-05 was kept; leave version out to have it made now."


@pytest.mark.parametrize(("kind", "length"), [("monthly", 7), ("weekly", 10)])
async def test_the_last_one_that_is_over_is_told_where_none_is_named(rest: Rest, kind: str, length: int) -> None:
    answer = await rest.get(f"/reports/{kind}")
    report = answer.json()["report"]
    assert len(report["period"]) == length
    end = datetime.fromisoformat(report["trends"]["window"]["end"])
    assert end <= datetime.now(UTC) < end + timedelta(days=32 if kind == "monthly" else 8)
    assert answer.headers["cache-control"] == "private, max-age=300"  # soon it is another
    name = "month" if kind == "monthly" else "week"
    assert (await rest.get(f"/reports/{kind}?{name}={report['period']}")).json()["report"] == report


async def test_a_report_is_of_the_declared_shape(rest: Rest) -> None:
    answer = await rest.get(f"{MONTHLY}?month=2026-05")
    declared = document()["paths"][f"{PREFIX}{MONTHLY}"]["get"]["responses"]["200"]
    schema = {**declared["content"]["application/json"]["schema"], "components": document()["components"]}
    assert jsonschema_rs.is_valid(schema, answer.json())
    assert not jsonschema_rs.is_valid(schema, {"success": True, "report": {}})
    assert all(name.lower() in answer.headers for name in declared["headers"])


async def test_nobody_and_others_see_nothing(rest: Rest) -> None:
    assert (await rest.get(f"{MONTHLY}?month=2026-05", credential=None)).status_code == 401
    denied = await rest.get(f"{MONTHLY}?month=2026-05&merchantId=other")
    assert denied.status_code == 403

"""Reports over HTTP: three forms, kept versions, and refusals that say what to send."""

import pytest

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
        (MONTHLY, "2026-10"),
        (f"{MONTHLY}?month=2026-13", "2026-10"),
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


async def test_nobody_and_others_see_nothing(rest: Rest) -> None:
    assert (await rest.get(f"{MONTHLY}?month=2026-05", credential=None)).status_code == 401
    denied = await rest.get(f"{MONTHLY}?month=2026-05&merchantId=other")
    assert denied.status_code == 403

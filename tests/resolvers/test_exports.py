from typing import Any

from jobs.contract import JobName
from resolvers.context import ADMIN, EXPORTS, READ
from sql import Q
from tests.resolvers.conftest import NOW, Desk, merchant

REQUEST = """
mutation ($input: RequestExportInput!) {
  requestExport(input: $input) { export { id state format start end timezone fileName progress rowCount downloadUrl } }
}
"""
MAY: dict[str, Any] = {"format": "CSV", "range": {"period": "MONTH"}}
MINE = merchant("shop", EXPORTS, READ)


async def test_a_file_is_asked_for_in_the_merchant_s_zone_with_its_run_in_the_ledger(desk: Desk) -> None:
    await desk.merchants("shop", zone="America/New_York")
    data = await desk.data(REQUEST, merchant("shop", EXPORTS), input=MAY)
    export = data["requestExport"]["export"]
    assert export | {"id": ""} == {
        "id": "",
        "state": "QUEUED",
        "format": "CSV",
        "start": "2026-05-01T04:00:00.000000Z",
        "end": "2026-06-01T04:00:00.000000Z",
        "timezone": "America/New_York",
        "fileName": "shop-csv-2026-05-01-2026-05-31.csv",
        "progress": None,
        "rowCount": 0,
        "downloadUrl": None,
    }
    assert desk.statements == ["merchants_by_id", "request_export"]
    async with desk.database.acquire() as connection:
        [run] = await connection.fetch("SELECT job, merchant_id, subject, state FROM job_runs")
    assert tuple(run) == (JobName.MAKE_EXPORT.value, "shop", export["id"], "waiting")


async def test_the_same_file_asked_for_again_before_it_is_made_is_one(desk: Desk) -> None:
    await desk.merchants("shop")
    ids = set()
    for given in (MAY, MAY, {**MAY, "format": "JSON"}, MAY):
        data = await desk.data(REQUEST, MINE, input=given)
        ids.add(data["requestExport"]["export"]["id"])
    assert len(ids) == 2
    listed = await desk.data("{ merchant { exports { id state requestedAt } } }", MINE)
    assert {export["id"] for export in listed["merchant"]["exports"]} == ids
    assert desk.statements == ["merchants_by_id", "exports_by_merchant"]


async def test_a_merchant_waits_for_twenty_at_most(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    for days in range(1, 21):
        await desk.data(REQUEST, MINE, input={**MAY, "range": {"days": days}})
    refused = await desk.ask(REQUEST, MINE, input={**MAY, "range": {"days": 21}})
    assert refused.codes == ("CONFLICT",)
    assert (await desk.ask(REQUEST, merchant("other", EXPORTS), input=MAY)).codes == ()
    assert (await desk.ask(REQUEST, MINE, input={**MAY, "range": {"days": 20}})).codes == ()


async def test_who_may_not_export_asks_nothing_of_the_database(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    for principal, given, code in (
        (merchant("shop", READ), MAY, "FORBIDDEN"),
        (merchant("other", EXPORTS), {**MAY, "merchantId": "shop"}, "FORBIDDEN"),
        (None, MAY, "UNAUTHENTICATED"),
    ):
        assert (await desk.ask(REQUEST, principal, input=given)).codes == (code,)
        assert desk.statements == []
    assert (await desk.ask(REQUEST, input={**MAY, "merchantId": "nobody"})).codes == ("NOT_FOUND",)
    assert (await desk.ask(REQUEST, merchant("shop", ADMIN), input=MAY)).codes == ()


async def test_another_merchant_s_export_is_not_there(desk: Desk) -> None:
    await desk.merchants("shop", "other")
    data = await desk.data(REQUEST, MINE, input=MAY)
    export_id = data["requestExport"]["export"]["id"]
    document = "query ($id: ID!) { merchant { export(id: $id) { id } } }"
    assert (await desk.data(document, MINE, id=export_id))["merchant"]["export"]["id"] == export_id
    found = await desk.ask(document, merchant("other", EXPORTS, READ), id=export_id)
    assert found.codes == ("NOT_FOUND",)
    without = await desk.ask("{ merchant { id exports { id } } }", merchant("shop", READ))
    assert (without.codes, without.data) == (("FORBIDDEN",), {"merchant": {"id": "shop", "exports": None}})


async def test_what_cannot_be_meant_is_refused_in_words(desk: Desk) -> None:
    await desk.merchants("shop", zone="Europe/Berlin")
    year = {"between": {"start": "2025-12-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"}}
    cases: list[tuple[dict[str, Any], str]] = [
        ({"format": "HLEDGER", "columns": ["PAYER"]}, "Columns and states are for rows of payments"),
        ({"format": "KOINLY", "includeMetadata": True}, "Metadata is for rows of payments."),
        ({"format": "CSV", "currency": "EUR"}, "Currency, accounts and grouping are for books"),
        ({"format": "DATEV"}, "DATEV books in a currency: name it, such as EUR."),
        ({"format": "DATEV", "currency": "EUR", "range": year}, "A DATEV batch belongs to one fiscal year"),
        ({"format": "LEDGER", "accounts": {"fees": "fees"}}, "The account of fees must begin with one of Assets"),
        ({"format": "QUICKBOOKS"}, "QUICKBOOKS books in a currency: name it, such as EUR."),
        ({"format": "XERO", "currency": "EUR", "accounts": {"fees": "Expenses:Fees"}}, "XERO names no accounts."),
        (
            {"format": "CSV", "range": {"days": 401}},
            "This takes a range of at most 400 days; send several shorter ranges.",
        ),
    ]
    for given, message in cases:
        result = await desk.ask(REQUEST, MINE, input={**MAY, **given})
        assert result.codes == ("BAD_USER_INPUT",), given
        assert message in result.errors[0]["message"]
    unknown = await desk.ask(REQUEST, MINE, input={**MAY, "format": "XLSX"})
    assert unknown.codes == ("BAD_USER_INPUT",)
    assert "'XLSX' does not exist" in unknown.errors[0]["message"]


async def test_books_of_events_that_are_gone_are_not_asked_for(desk: Desk) -> None:
    await desk.merchants("shop")
    async with desk.database.acquire() as connection:
        await connection.execute("UPDATE installation SET raw_kept_from = '2026-05-02T00:00:00Z'")
    refused = await desk.ask(REQUEST, MINE, input={**MAY, "format": "HLEDGER"})
    assert refused.codes == ("RANGE_NOT_EXACT",)
    assert "those before 2026-05-02T00:00:00Z are no longer kept" in refused.errors[0]["message"]
    assert desk.statements == ["merchants_by_id", "raw_kept_from"]
    assert (await desk.ask(REQUEST, MINE, input=MAY)).codes == ()
    later = {"between": {"start": "2026-05-02T00:00:00Z", "end": "2026-05-03T00:00:00Z"}}
    assert (await desk.ask(REQUEST, MINE, input={**MAY, "format": "HLEDGER", "range": later})).codes == ()


async def test_lines_of_banks_are_by_day_and_what_is_left_out_is_told(desk: Desk) -> None:
    await desk.merchants("shop")
    ask = REQUEST.replace("rowCount", "rowCount omittedCount omittedValue")
    told = []
    for given in ({}, {"grouping": "PAYMENT"}):
        data = await desk.data(ask, MINE, input={**MAY, "format": "XERO", "currency": "EUR", **given})
        export = data["requestExport"]["export"]
        assert (export["omittedCount"], export["omittedValue"]) == (0, "0.00")
        [row] = await desk.database.fetch(Q.exports_by_id, export_ids=[export["id"]])
        told.append(row.spec["grouping"])
    assert told == ["day", "payment"]
    listed = await desk.data("{ merchant { exports { omittedCount omittedValue } } }", MINE)
    assert listed["merchant"]["exports"] == [{"omittedCount": 0, "omittedValue": "0.00"}] * 2


async def test_all_that_is_asked_for_is_kept(desk: Desk) -> None:
    await desk.merchants("shop")
    asked = {
        "format": "DATEV",
        "range": {"between": {"start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z"}},
        "currency": "CHF",
        "grouping": "DAY",
        "accounts": {"asset": "1361"},
        "datev": {"consultant": 29_098, "client": 55_003, "yearMonth": 4},
    }
    data = await desk.data(REQUEST, MINE, input=asked)
    [row] = await desk.database.fetch(Q.exports_by_id, export_ids=[data["requestExport"]["export"]["id"]])
    assert row.spec == {
        "format": "datev",
        "start": "2026-05-01T00:00:00+00:00",
        "end": "2026-05-02T00:00:00+00:00",
        "zone": "UTC",
        "columns": [],
        "states": [],
        "currency": "CHF",
        "grouping": "day",
        "accounts": {"asset": "1361", "fees": "4970", "sales": "8200", "refunds": "8700"},
        "datev": {"consultant": 29_098, "client": 55_003, "year_month": 4},
    }
    assert row.requested_at == NOW
    assert row.requested_by == "token of shop"

"""A report is made from what is there, kept once per state of the data, and equals the events' sums."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from jobs.context import NothingToDo
from jobs.reports.collect import collect
from jobs.reports.kinds import Kind, NoSuchPeriod, Subject, subject
from jobs.reports.making import report_month, summarise_week
from jobs.reports.model import read
from jobs.reports.offer import Form, NoSuchVersion, offer, renewed
from tests.factories import refunded, settled
from tests.jobs.conftest import context_of
from tests.jobs.reports.conftest import ZONE, begun
from tests.resolvers.conftest import Desk, merchant

REPORTS = """query($period: String, $version: Int) { merchant(id: "shop") {
  reports(period: $period, version: $version) { kind period version digest timezone window { start end } mailedAt data }
} }"""


async def test_its_figures_are_the_sums_of_the_events(shop: Desk, october: Subject) -> None:
    report = (await collect(shop.executor, october)).report
    amounts = [10**8 + number for number in range(40)]
    assert report.trends.total.revenue.current is not None
    assert report.trends.total.revenue.current.zatoshi == sum(amounts)
    assert report.trends.total.settled.current == 40
    assert report.trends.total.failed.current == 10
    assert report.trends.total.success_rate.current == 80.0
    days = [day.current.revenue.zatoshi for day in report.trends.series if day.current]
    assert len(days) == 31
    assert sum(days) == sum(amounts)
    assert sum(row.revenue.zatoshi for row in report.resources.resources) == sum(amounts)
    assert sum(row.revenue.zatoshi for row in report.geography.countries) == sum(amounts)
    assert report.customers.unique_payers == 5
    assert report.customers.anonymous_payments == 20
    assert [(row.code, row.failed_count) for row in report.failures.reasons] == [("TIMEOUT", 10)]
    assert report.webhooks.total.delivered_count == 40


async def test_the_same_data_make_no_new_version(shop: Desk, october: Subject, tmp_path: Path) -> None:
    context = context_of(shop.database, tmp_path)
    assert await report_month(context, await begun(context, october)) == 1
    assert await report_month(context, await begun(context, october, "again")) == 1
    [kept] = (await shop.data(REPORTS))["merchant"]["reports"]
    assert (kept["kind"], kept["period"], kept["version"], kept["timezone"]) == ("MONTHLY", "2026-10", 1, ZONE)
    assert kept["window"] == {"start": "2026-09-30T22:00:00.000000Z", "end": "2026-10-31T23:00:00.000000Z"}
    assert kept["mailedAt"] is None
    assert kept["data"]["trends"]["total"]["settled"]["current"] == 40


async def test_a_late_event_makes_a_new_version_and_leaves_the_old(
    shop: Desk, october: Subject, tmp_path: Path
) -> None:
    context = context_of(shop.database, tmp_path)
    await report_month(context, await begun(context, october))
    await shop.tell([settled("late", datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), 7)])
    await report_month(context, await begun(context, october, "again"))
    [newest] = (await shop.data(REPORTS, period="2026-10"))["merchant"]["reports"]
    [oldest] = (await shop.data(REPORTS, version=1))["merchant"]["reports"]
    assert newest["version"] == 2
    assert newest["data"]["trends"]["total"]["settled"]["current"] == 41
    assert oldest["version"] == 1
    assert oldest["data"]["trends"]["total"]["settled"]["current"] == 40
    assert oldest["digest"] != newest["digest"]


async def test_a_report_that_is_asked_for_anew_is_kept_beside_the_old(
    shop: Desk, october: Subject, tmp_path: Path
) -> None:
    await report_month(context_of(shop.database, tmp_path), await begun(context_of(shop.database, tmp_path), october))
    assert (await renewed(shop.database, shop.executor, october)).version.number == 1
    await shop.tell([settled("late", datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), 7)])
    anew = await renewed(shop.database, shop.executor, october)
    assert anew.version.number == 2
    assert read(anew.data).trends.total.settled.current == 41
    assert await offer(shop.database, shop.executor, october) == anew
    old = await offer(shop.database, shop.executor, october, version=1)
    assert old is not None
    assert read(old.data).trends.total.settled.current == 40


async def test_a_window_planned_in_another_zone_is_told_of_as_it_was_planned(
    shop: Desk, october: Subject, tmp_path: Path
) -> None:
    await shop.tell([settled("early", datetime(2026, 9, 30, 22, 30, tzinfo=UTC), 7)])  # October in Berlin alone
    context = context_of(shop.database, tmp_path)
    run = await begun(context, october)
    async with shop.database.acquire() as connection:
        await connection.execute("UPDATE merchants SET zone = 'America/New_York'")
    await report_month(context, run)
    [kept] = (await shop.data(REPORTS, period="2026-10"))["merchant"]["reports"]
    window = {"start": "2026-09-30T22:00:00.000000Z", "end": "2026-10-31T23:00:00.000000Z"}
    assert (kept["window"], kept["data"]["trends"]["window"]) == (window, window)
    assert kept["data"]["trends"]["total"]["settled"]["current"] == 41
    found = await offer(shop.database, shop.executor, subject("shop", Kind.MONTHLY, "2026-10", "America/New_York"))
    html = (await found.write(Form.HTML)).decode()
    assert "Monthly report, October 2026" in html
    assert "September 2026" in html


async def test_a_version_that_was_not_kept_is_told_which_were(shop: Desk, october: Subject) -> None:
    with pytest.raises(NoSuchVersion, match="No version of 2026-10 was kept"):
        await offer(shop.database, shop.executor, october, version=1)
    await renewed(shop.database, shop.executor, october)
    with pytest.raises(NoSuchVersion, match="There is no version 3 of 2026-10; it has only version 1"):
        await offer(shop.database, shop.executor, october, version=3)
    await shop.tell([settled("late", datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC), 7)])
    await renewed(shop.database, shop.executor, october)
    with pytest.raises(NoSuchVersion, match="There is no version 3 of 2026-10; it has versions 1 to 2"):
        await offer(shop.database, shop.executor, october, version=3)


async def test_a_week_that_was_kept_is_told_though_weeks_begin_with_another_day_by_now(shop: Desk) -> None:
    week = subject("shop", Kind.WEEKLY, "2026-10-05", ZONE)
    with pytest.raises(NoSuchPeriod, match="send 2026-10-04"):
        await offer(shop.database, shop.executor, week, week_start=7)
    kept = await renewed(shop.database, shop.executor, week)
    assert await offer(shop.database, shop.executor, week, week_start=7) == kept


async def test_what_happens_after_the_month_changes_nothing(shop: Desk, october: Subject) -> None:
    before = await collect(shop.executor, october)
    await shop.tell(
        [
            settled("november", datetime(2026, 10, 31, 23, tzinfo=UTC), 7),  # midnight in Berlin
            settled("september", datetime(2026, 9, 30, 21, 59, tzinfo=UTC), 7),
        ]
    )
    after = await collect(shop.executor, october)
    assert after.report.trends.total.revenue.current == before.report.trends.total.revenue.current
    assert after.report.trends.total.revenue.previous != before.report.trends.total.revenue.previous


async def test_a_week_has_seven_days_beside_the_week_before(shop: Desk, tmp_path: Path) -> None:
    context = context_of(shop.database, tmp_path)
    about = subject("shop", Kind.WEEKLY, "2026-10-05", ZONE)
    await summarise_week(context, await begun(context, about))
    [kept] = (await shop.data(REPORTS, period="2026-10-05"))["merchant"]["reports"]
    assert kept["kind"] == "WEEKLY"
    assert len(kept["data"]["trends"]["series"]) == 7
    assert kept["data"]["trends"]["previousWindow"]["start"] == "2026-09-27T22:00:00.000000Z"


async def test_a_month_of_nothing_is_a_report_too(shop: Desk) -> None:
    empty = await collect(shop.executor, subject("shop", Kind.MONTHLY, "2025-02", ZONE))
    report = read(empty.data)
    assert report.trends.total.transactions.current == 0
    assert report.trends.total.success_rate.current is None
    assert len(report.trends.series) == 28


async def test_a_refund_counts_in_its_own_month(shop: Desk, october: Subject) -> None:
    before = await collect(shop.executor, october)
    await shop.tell([refunded("p1", datetime(2026, 11, 3, tzinfo=UTC), 10**8 + 1)])
    after = await collect(shop.executor, october)
    assert after.report.trends.total.revenue == before.report.trends.total.revenue


async def test_a_merchant_that_is_gone_leaves_nothing_to_do(shop: Desk, october: Subject, tmp_path: Path) -> None:
    context = context_of(shop.database, tmp_path)
    run = await begun(context, october)
    async with shop.database.acquire() as connection:
        await connection.execute("DELETE FROM merchants WHERE merchant_id = 'shop'")
    with pytest.raises(NothingToDo, match="no merchant shop"):
        await report_month(context, run)


async def test_nobody_sees_the_reports_of_another(shop: Desk, october: Subject, tmp_path: Path) -> None:
    await shop.merchants("other")
    context = context_of(shop.database, tmp_path)
    await report_month(context, await begun(context, october))
    denied = await shop.ask(REPORTS, merchant("other"))
    assert denied.codes == ("FORBIDDEN",)
    assert [name for name in shop.statements if "reports" in name] == []


@pytest.mark.parametrize("period", ["2026-13", "2026-02-30", "October", "2026-1"])
async def test_a_period_that_is_none_is_refused(shop: Desk, period: str) -> None:
    result = await shop.ask(REPORTS, period=period)
    assert result.codes == ("BAD_USER_INPUT",)
    assert "2026-10" in result.errors[0]["message"]

from pathlib import Path

import pytest

from jobs.exports import rate_files
from jobs.exports.rate_files import RateFileRefused, import_rates
from jobs.exports.spec import ExportFormat
from tests.factories import refunded, settled
from tests.jobs.exports.conftest import Shop, may


def prices(journal: bytes) -> list[str]:
    """The rate of each entry, in order."""
    entries = journal.decode().split("\n\n")[2:-1]
    return [entry.partition(" @ ")[2].split(" ")[0] for entry in entries]


BOOKS = may(ExportFormat.HLEDGER, currency="EUR")


async def add(shop: Shop, folder: Path, *rates: tuple[str, str]) -> None:
    """Import rates, none of which may be refused."""
    path = folder / "more.csv"
    path.write_text("at,currency,rate,source\n" + "".join(f"{at},EUR,{rate},test\n" for at, rate in rates))
    report = await import_rates(shop.database, path)
    assert (report.added, report.refused) == (len(rates), [])


async def kept(shop: Shop) -> int:
    async with shop.database.acquire() as connection:
        found: int = await connection.fetchval("SELECT count(*) FROM event_rates")
        return found


async def test_a_value_told_with_a_later_rate_known_stays_whatever_is_told_later(shop: Shop, tmp_path: Path) -> None:
    await shop.desk.merchants("other")
    await shop.tell(
        [
            settled("p1", "2026-05-02T12:00:00", 1),
            settled("p1", "2026-05-02T12:00:00", 1, merchant="other"),
            refunded("p1", "2026-05-02T23:00:00", 1),
            settled("p2", "2026-05-09T12:00:00", 1),
        ]
    )
    await add(shop, tmp_path, ("2026-05-02", "30"), ("2026-05-03", "40"))
    first, made = await shop.made(BOOKS)
    assert (prices(first), made.missing_rate_count) == (["30", "30", ""], 1)
    await add(shop, tmp_path, ("2026-05-09T11:00:00Z", "32"), ("2026-05-02T11:00:00Z", "31"))
    second, made = await shop.made(BOOKS)
    assert (prices(second), made.missing_rate_count) == (["30", "30", "32"], 0)
    assert b"rate-time: 2026-05-02T00:00:00+00:00" in second
    assert prices(await shop.file(BOOKS, "other")) == ["30"]
    await add(shop, tmp_path, ("2026-05-02T22:00:00Z", "33"))
    assert await shop.file(BOOKS) == second


async def test_who_asks_too_early_fixes_no_old_rate(shop: Shop, tmp_path: Path) -> None:
    await shop.tell([settled("p1", "2026-05-02T12:00:00", 1)])
    await add(shop, tmp_path, ("2026-05-01", "30"))
    assert prices(await shop.file(BOOKS)) == ["30"]  # before the day's own is told
    await add(shop, tmp_path, ("2026-05-02", "31"))
    assert prices(await shop.file(BOOKS)) == ["31"]
    assert await kept(shop) == 0


async def test_a_file_writes_nothing_and_the_same_rates_give_the_same_bytes(shop: Shop, tmp_path: Path) -> None:
    await shop.tell([settled(f"p{day}", f"2026-05-{day:02}T12:00:00", 1) for day in range(2, 9)])
    await add(shop, tmp_path, *((f"2026-05-{day:02}", f"{20 + day}") for day in range(1, 9)))
    assert await shop.file(BOOKS) == await shop.file(BOOKS)
    assert await kept(shop) == 0


async def test_the_order_of_a_file_s_lines_says_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_files, "BATCH", 1)
    await shop.tell([settled("p1", "2026-05-02T12:00:00", 1)])
    await add(shop, tmp_path, ("2026-05-03", "33"), ("2026-05-01", "31"), ("2026-05-02", "32"))
    assert (prices(await shop.file(BOOKS)), await kept(shop)) == (["32"], 0)


async def test_a_rate_of_long_ago_is_kept_for_no_event_that_it_does_not_hold_for(shop: Shop, tmp_path: Path) -> None:
    await shop.tell([settled("near", "2026-05-04T23:00:00", 1), settled("far", "2026-05-05T01:00:00", 1)])
    await add(shop, tmp_path, ("2026-05-01", "30"), ("2026-05-20", "50"))
    assert prices(await shop.file(BOOKS)) == ["30", ""]
    await add(shop, tmp_path, ("2026-05-04", "40"))
    assert prices(await shop.file(BOOKS)) == ["30", "40"]


async def test_a_rate_holds_from_its_time_on_for_four_days(shop: Shop) -> None:
    await shop.tell(
        [
            settled("before", "2026-05-01T23:59:59.999999", 1),
            settled("at", "2026-05-02T00:00:00", 1),
            settled("last", "2026-05-05T23:59:59.999999", 1),
            refunded("at", "2026-05-06T00:00:00", 1),
        ]
    )
    await shop.rates(("2026-05-02", "30"))
    assert prices(await shop.file(may(ExportFormat.HLEDGER, currency="EUR"))) == ["", "30", "30", ""]
    assert prices(await shop.file(may(ExportFormat.HLEDGER, currency="USD"))) == [""] * 4
    text = (await shop.file(may(ExportFormat.HLEDGER, currency="EUR"))).decode()
    assert text.endswith("; 4 entries, 2 of them without a rate in EUR\n")
    assert text.count("; rate: missing") == 2


async def test_refunds_have_the_rate_of_their_own_time(shop: Shop) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 10, fee=1), refunded("p1", "2026-05-04T00:00:00", 10, fee=1)])
    await shop.rates(("2026-05-02", "30"), ("2026-05-03", "40.000000000000000001"))
    assert prices(await shop.file(may(ExportFormat.LEDGER, currency="EUR"))) == ["30", "40.000000000000000001"]


async def test_rates_are_told_once_and_each_bad_line_is_named(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text(
        "\ufeffat,currency,rate,source\r\n"
        "2026-05-01,EUR,31.5,ecb\r\n"
        "2026-05-01T12:00:00+02:00,EUR,32,ecb\r\n"
        "2026-05-01,EUR,31.50,ecb\r\n"  # the same again
        "2026-05-01,EUR,31.6,ecb\r\n"
        "2026-05-01T12:00:00,EUR,32,ecb\r\n"
        "2026-13-01,EUR,32,ecb\r\n"
        "2026-05-02,euro,32,ecb\r\n"
        "2026-05-02,EUR,0,ecb\r\n"
        "2026-05-02,EUR,1e3,ecb\r\n"
        "2026-05-02,EUR,-1,ecb\r\n"
        "2026-05-02,EUR,NaN,ecb\r\n"
        '2026-05-02,EUR,"32,5",ecb\r\n'
        "2026-05-02,EUR,32,\r\n"
        "2026-05-02,EUR,32,ecb,more\r\n",
        encoding="utf-8",
    )
    report = await import_rates(shop.database, path)
    assert (report.added, report.known) == (2, 1)
    assert [number for number, _ in report.refused] == list(range(5, 16))
    assert report.refused[0][1] == "another rate, or another source, is known for this time; rates do not change"
    again = await import_rates(shop.database, path)
    assert (again.added, again.known, again.refused) == (0, 3, report.refused)


async def test_a_file_of_something_else_is_refused(shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    for text in ("", "date,eur\n2026-05-01,3\n"):
        path.write_text(text)
        with pytest.raises(RateFileRefused, match="the first line must be at,currency,rate,source"):
            await import_rates(shop.database, path)

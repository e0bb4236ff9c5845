from pathlib import Path

import pytest

from jobs.exports.rate_files import RateFileRefused, import_rates
from jobs.exports.spec import ExportFormat
from tests.factories import refunded, settled
from tests.jobs.exports.conftest import Shop, may


def prices(journal: bytes) -> list[str]:
    """The rate of each entry, in order."""
    entries = journal.decode().split("\n\n")[2:-1]
    return [entry.partition(" @ ")[2].split(" ")[0] for entry in entries]


async def test_a_value_once_given_out_stays_whatever_is_told_later(shop: Shop) -> None:
    await shop.tell([settled("p1", "2026-05-02T12:00:00", 1), settled("p2", "2026-05-09T12:00:00", 1)])
    await shop.rates(("2026-05-02", "30"))
    spec = may(ExportFormat.HLEDGER, currency="EUR")
    first, made = await shop.made(spec)
    assert (prices(first), made.missing_rate_count) == (["30", ""], 1)
    await shop.rates(("2026-05-02T11:00:00Z", "31"), ("2026-05-09T11:00:00Z", "32"))
    second, made = await shop.made(spec)
    assert (prices(second), made.missing_rate_count) == (["30", "32"], 0)
    assert b"rate-time: 2026-05-02T00:00:00+00:00" in second


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

import csv
import io
import zipfile
from collections.abc import Iterable
from decimal import Decimal

import pytest

from jobs.exports.datev import COLUMNS
from jobs.exports.spec import Accounts, BadSpec, Datev, ExportFormat, Grouping, usual_grouping
from tests.factories import refunded, settled
from tests.jobs.exports.conftest import Shop, may
from tests.oracle.events import ingest
from tests.oracle.totals import totals
from tests.oracle.windows import Window

EVENTS = [
    settled("=1+1", "2026-05-13T21:59:59", 10_000_000, fee=100_000, payer="@me", resource="=A1", event_id="s1"),
    settled("p2", "2026-05-13T22:00:00", 20_000_000, resource='a "b", c\nd', event_id="s2"),
    refunded("=1+1", "2026-05-14T12:00:00", 5_000_000, fee=50_000, event_id="r1"),
]


def files(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def table(text: bytes, encoding: str = "utf-8", delimiter: str = ",") -> list[list[str]]:
    assert text.endswith(b"\r\n")
    return list(csv.reader(io.StringIO(text.decode(encoding), newline=""), delimiter=delimiter))


def total(amounts: Iterable[str]) -> Decimal:
    return sum((Decimal(amount) for amount in amounts), Decimal(0))


async def test_quickbooks_has_three_columns_days_first_and_no_formula(shop: Shop) -> None:
    await shop.tell(EVENTS)
    await shop.rates(("2026-05-11", "100"))
    found = files(await shop.file(may(ExportFormat.QUICKBOOKS, currency="EUR", zone="Europe/Berlin")))
    [text] = found.values()
    assert table(text) == [
        ["Date", "Description", "Amount"],
        ["13/05/2026", "Sale =1+1 =A1", "10.00"],
        ["13/05/2026", "Fee =1+1 =A1", "-0.10"],
        ["14/05/2026", 'Sale p2 a "b", c d', "20.00"],
        ["14/05/2026", "Refund =1+1", "-5.00"],
        ["14/05/2026", "Fee returned =1+1", "0.05"],
    ]


async def test_xero_has_its_own_columns_and_no_formula(shop: Shop) -> None:
    await shop.tell(EVENTS)
    await shop.rates(("2026-05-11", "100"))
    [text] = files(await shop.file(may(ExportFormat.XERO, currency="EUR"))).values()
    rows = table(text)
    assert rows[0] == ["*Date", "*Amount", "Payee", "Description", "Reference", "Cheque Number"]
    assert rows[1] == ["2026-05-13", "10.00", "'@me", "Sale =A1", "'=1+1", ""]
    assert {len(row) for row in rows} == {6}


async def test_koinly_tells_utc_worth_and_what_tells_lines_apart(shop: Shop) -> None:
    await shop.tell(EVENTS)
    await shop.rates(("2026-05-10", "30.005"))
    rows = table(await shop.file(may(ExportFormat.KOINLY, currency="EUR", zone="Asia/Tokyo")))
    head = "Koinly Date,Amount,Currency,Net Worth Amount,Net Worth Currency,Label,Description,TxHash"
    assert rows[0] == head.split(",")
    assert rows[1] == ["2026-05-13 21:59:59 UTC", "0.10000000", "ZEC", "3.00", "EUR", "other income", "Sale =1+1", "s1"]
    assert rows[2][1:6] == ["-0.00100000", "ZEC", "0.03", "EUR", "cost"]
    assert rows[3][2:5] == ["ZEC", "6.00", "EUR"]
    assert [row[7] for row in rows[1:]] == ["s1", "s1-fee", "s2", "r1", "r1-fee"]


async def test_statements_have_no_formula_where_lines_are_split_at_semicolons(shop: Shop) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 10**8, payer='t1;"=1+1', resource="/a;=1+1;x")])
    [text] = files(await shop.file(may(ExportFormat.XERO, currency="EUR"))).values()
    assert table(text)[1][2:5] == ["t1;'\"=1+1", "Sale /a;'=1+1;x", "p1"]


@pytest.mark.parametrize("form", [ExportFormat.QUICKBOOKS, ExportFormat.XERO])
async def test_statements_are_split_before_a_thousand_lines_and_lose_none(shop: Shop, form: ExportFormat) -> None:
    events = [
        settled(f"p{n}", f"2026-05-02T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}", 1_000 + n, fee=10)
        for n in range(1_100)
    ]
    await shop.tell(events)
    await shop.rates(("2026-05-01", "1000000"))  # a zatoshi is a cent
    found = files(await shop.file(may(form, currency="EUR")))
    assert list(found) == [f"{form.value}-{number:03}.csv" for number in (1, 2, 3)]
    tables = [table(text) for text in found.values()]
    assert [len(rows) for rows in tables] == [1_000, 1_000, 203]
    place = tables[0][0].index("Amount" if form is ExportFormat.QUICKBOOKS else "*Amount")
    net = totals(ingest(events).counted, Window(may().start, may().end)).net_zat
    assert total(row[place] for rows in tables for row in rows[1:]) * 100 == net


async def test_by_day_small_amounts_do_not_vanish(shop: Shop) -> None:
    await shop.tell(
        [
            settled(f"p{n}", f"2026-05-{2 + n // 300:02}T00:{n % 300 // 60:02}:{n % 60:02}", 10_000, fee=100)
            for n in range(600)
        ]
        + [refunded("p1", "2026-05-03T12:00:00", 10_000)]
    )
    await shop.rates(("2026-05-01", "40"))
    spec = {"currency": "EUR", "grouping": Grouping.DAY}
    [text] = files(await shop.file(may(ExportFormat.QUICKBOOKS, **spec))).values()
    assert [row[2] for row in table(text)[1:]] == ["1.20", "-0.01", "1.20", "-0.01"]  # a refund of 0.00 is no line
    [text] = files(await shop.file(may(ExportFormat.XERO, **spec))).values()
    assert [row[1] for row in table(text)[1:]] == ["1.20", "-0.01", "1.20", "-0.01", "0.00"]


async def test_what_rounds_to_nothing_is_counted_with_what_it_comes_to(shop: Shop) -> None:
    await shop.tell(
        [settled(f"p{n}", f"2026-05-02T00:00:{n:02}", 12_000, fee=100) for n in range(50)]
        + [settled("large", "2026-05-02T01:00:00", 10**8)]
    )
    await shop.rates(("2026-05-01", "30"))
    archive, made = await shop.made(may(ExportFormat.QUICKBOOKS, currency="EUR"))
    [text] = files(archive).values()
    assert [row[2] for row in table(text)[1:]] == ["30.00"]
    # 50 sales of 0.0036 and 50 fees of 0.00003
    assert (made.omitted_count, made.omitted_value) == (100, Decimal("0.18"))
    archive, made = await shop.made(may(ExportFormat.QUICKBOOKS, currency="EUR", grouping=Grouping.DAY))
    [text] = files(archive).values()
    assert [row[2] for row in table(text)[1:]] == ["30.18"]
    assert (made.omitted_count, made.omitted_value) == (1, Decimal("0.00"))
    _, made = await shop.made(may(ExportFormat.XERO, currency="EUR"))
    assert made.omitted_count == 0


def test_lines_of_banks_are_by_day_unless_somebody_says_otherwise() -> None:
    assert {form for form in ExportFormat if usual_grouping(form) is Grouping.DAY} == {
        ExportFormat.QUICKBOOKS, ExportFormat.XERO, ExportFormat.DATEV,
    }  # fmt: skip


async def test_a_day_with_a_missing_rate_has_no_value_and_one_with_all_has(shop: Shop) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 10**8), settled("p2", "2026-05-02T12:00:00", 10**8)])
    await shop.rates(("2026-05-02T06:00:00Z", "40"))
    spec = {"currency": "EUR", "grouping": Grouping.DAY}
    archive, made = await shop.made(may(ExportFormat.XERO, **spec))
    [text] = files(archive).values()
    assert [row[1] for row in table(text)[1:]] == [""]
    assert made.missing_rate_count == 1
    [text] = files(await shop.file(may(ExportFormat.XERO, currency="EUR"))).values()
    assert [row[1] for row in table(text)[1:]] == ["", "40.00"]


async def test_datev_has_its_header_its_125_columns_and_its_encoding(shop: Shop) -> None:
    await shop.tell([*EVENTS, settled("Größe_ł€", "2026-05-20T00:00:00", 10**8, resource='/x;"ł"', event_id="s3")])
    await shop.rates(("2026-05-11", "1234.565"), ("2026-05-20", "1"))
    datev = Datev(consultant=29_098, client=55_003)
    [text] = files(await shop.file(may(ExportFormat.DATEV, currency="EUR", datev=datev, zone="Europe/Berlin"))).values()
    head, columns, *rows = table(text, "cp1252", ";")
    assert text.startswith(b'"EXTF";700;21;"Buchungsstapel";13;')
    assert len(head) == 31
    assert head[10:16] == ["29098", "55003", "20260101", "4", "20260501", "20260601"]
    assert head[21] == "EUR"
    assert columns == list(COLUMNS)
    assert {len(row) for row in (columns, *rows)} == {125}
    # amount, debit or credit, account, contra account, day and month, document, text
    assert [[row[place] for place in (0, 1, 6, 7, 9, 10, 13)] for row in rows] == [
        ["123,46", "S", "1360", "8200", "1305", "1+1", "Erlös =A1"],
        ["1,23", "S", "4970", "1360", "1305", "1+1", "Gebühr =A1"],
        ["246,91", "S", "1360", "8200", "1405", "p2", 'Erlös a "b", c d'],
        ["61,73", "S", "8700", "1360", "1405", "1+1", "Erstattung"],
        ["0,62", "S", "1360", "4970", "1405", "1+1", "Gebühr erstattet"],
        ["1,00", "S", "1360", "8200", "2005", "Gre", 'Erlös /x;"?"'],
    ]


async def test_what_datev_cannot_book_is_in_a_list_of_its_own(shop: Shop) -> None:
    tiny = settled("=tiny", "2026-05-20T12:00:00", 1_000, event_id="s3")
    await shop.tell([*EVENTS, settled("p3", "2026-05-20T00:00:00", 10**8), tiny])
    await shop.rates(("2026-05-20", "30"))
    archive, made = await shop.made(may(ExportFormat.DATEV, currency="EUR"))
    found = files(archive)
    assert list(found) == ["EXTF_Buchungsstapel-001.csv", "Nicht-gebucht-001.csv"]
    batch, unbooked = found.values()
    assert [row[0] for row in table(batch, "cp1252", ";")[2:]] == ["30,00"]
    assert table(unbooked, "cp1252", ";") == [
        ["Datum", "Art", "Beleg", "ZEC", "Grund"],
        ["13.05.2026", "Erlös", "'=1+1", "0,10000000", "kein Kurs"],
        ["13.05.2026", "Gebühr", "'=1+1", "0,00100000", "kein Kurs"],
        ["13.05.2026", "Erlös", "p2", "0,20000000", "kein Kurs"],
        ["14.05.2026", "Erstattung", "'=1+1", "0,05000000", "kein Kurs"],
        ["14.05.2026", "Gebühr erstattet", "'=1+1", "0,00050000", "kein Kurs"],
        ["20.05.2026", "Erlös", "'=tiny", "0,00001000", "weniger als ein halber Cent"],
    ]
    assert (made.rows, made.missing_rate_count, made.omitted_count) == (5, 3, 1)
    assert archive == await shop.file(may(ExportFormat.DATEV, currency="EUR"))


@pytest.mark.parametrize("form", [ExportFormat.QUICKBOOKS, ExportFormat.XERO, ExportFormat.DATEV])
def test_lines_that_name_no_currency_need_one(form: ExportFormat) -> None:
    with pytest.raises(BadSpec, match=f"{form.name} books in a currency: name it, such as EUR"):
        may(form)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"currency": "eur"}, "three capital letters"),
        ({"currency": "ZEC"}, "three capital letters"),
        ({"datev": Datev(year_month=6)}, "one fiscal year: .* 2025-06-01 .* 2026-06-01"),
        ({"datev": Datev(consultant=1)}, "between 1001 and 9999999"),
        ({"accounts": Accounts("1360", "49", "8200", "8700")}, "the account of fees must be a number"),
        ({"accounts": Accounts("136000000", "497000000", "820000000", "870000000")}, "a number of 4 to 8 digits"),
        ({"accounts": Accounts("1360", "49700", "8200", "8700")}, "the same number of digits"),
        ({"columns": (), "states": ("settled",)}, "a form of its own"),
    ],
)
def test_a_batch_that_datev_would_not_take_is_refused(changes: dict[str, object], message: str) -> None:
    zone = {"zone": "Europe/Berlin"} if "datev" in changes else {}
    with pytest.raises(BadSpec, match=message):
        may(ExportFormat.DATEV, **({"currency": "EUR"} | zone | changes))


async def test_a_range_without_bookings_is_one_file_with_its_header(shop: Shop) -> None:
    for form in (ExportFormat.QUICKBOOKS, ExportFormat.XERO):
        [text] = files(await shop.file(may(form, currency="EUR"))).values()
        assert len(table(text)) == 1
    assert len(table(await shop.file(may(ExportFormat.KOINLY)))) == 1

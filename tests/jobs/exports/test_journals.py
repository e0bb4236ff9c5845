from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.exports.amounts import zec_text
from jobs.exports.bookings import Entry, RangeGone
from jobs.exports.journals import NOTATIONS, Heading
from jobs.exports.spec import GROUPED, Accounts, BadSpec, ExportFormat
from sql.export_rows import AccountingEvent
from tests.factories import corrected, failed, refunded, settled
from tests.jobs.exports.bookkeepers import PROGRAMS, balances
from tests.jobs.exports.conftest import MAY, Shop, may
from tests.oracle.events import ingest
from tests.oracle.totals import Totals, totals
from tests.oracle.windows import Window

JOURNALS = list(PROGRAMS)
MISTAKE = refunded("p2", "2026-05-20T00:00:00", 3, fee=3, event_id="mistake")
EVENTS = [
    settled("before", "2026-04-30T23:59:59", 1_000, fee=10),
    settled(
        "p1", "2026-05-01T00:00:00", 123_456_789, fee=1_234_567, payer="t1 [2026/01/01] ; x", resource='/a "b" \\ c'
    ),
    settled("p2", "2026-05-02T12:00:00", 70_000_000, fee=50),
    settled("free", "2026-05-03T12:00:00", 0),
    failed("p3", "2026-05-04T12:00:00"),
    refunded("p1", "2026-05-05T12:00:00", 23_456_789, fee=234_567, event_id="r1"),
    refunded("p1", "2026-05-31T23:59:59.999999", 100_000_000, fee=1_000_000, event_id="r2"),
    refunded("p1", "2026-06-01T00:00:00", 1, fee=0, event_id="r3"),
    MISTAKE,
    corrected(MISTAKE),
]


def oracle(window: Window) -> Totals:
    return totals(ingest(EVENTS).counted, window)


@pytest.mark.parametrize("form", JOURNALS)
@pytest.mark.parametrize("currency", [None, "EUR"])
async def test_a_journal_balances_and_its_asset_is_the_net(
    shop: Shop, tmp_path: Path, form: ExportFormat, currency: str | None
) -> None:
    await shop.tell(EVENTS)
    await shop.rates(("2026-05-01", "31.123456789"), ("2026-05-05", "29.9"))
    text, made = await shop.made(may(form, currency=currency))
    expected = oracle(Window(MAY.start, MAY.end))
    assert made.rows == expected.settled_count + expected.refunded_count == 5
    assert made.missing_rate_count == (1 if currency else 0)  # more than four days after the last rate
    zat = {account: int(amount * 10**8) for account, amount in balances(form, text, tmp_path).items()}
    assert zat == {
        "Assets:Zcash:Z402": expected.net_zat,
        "Expenses:Fees:Z402": expected.fee_zat - expected.fee_returned_zat,
        "Income:Sales": -expected.revenue_zat,
        "Income:Refunds": expected.refund_zat,
    }


async def test_one_entry_of_each_notation(shop: Shop) -> None:
    await shop.tell([settled("p1", "2026-05-13T22:30:00", 100_000, fee=1_000, resource="/a", payer="t1")])
    await shop.rates(("2026-05-13T22:00:00Z", "31.50"))
    tail = (
        "Assets:Zcash:Z402  0.00099000 ZEC @ 31.50 EUR\n",
        "Expenses:Fees:Z402  0.00001000 ZEC @ 31.50 EUR\n",
        "Income:Sales  -0.00100000 ZEC @ 31.50 EUR\n",
    )
    notes = (
        ("payment", "p1"),
        ("event", "p1-settled-1"),
        ("time", "2026-05-14T00:30:00+02:00"),
        ("resource", "/a"),
        ("payer", "t1"),
        ("rate-source", "test"),
        ("rate-time", "2026-05-13T22:00:00+00:00"),
    )
    entries = {form: await _entry(shop, form) for form in JOURNALS}
    comments = "".join(f"    ; {name}: {text}\n" for name, text in notes)
    metadata = "".join(f'  {name}: "{text}"\n' for name, text in notes)
    indented = "".join(f"    {line}" for line in tail)
    assert entries[ExportFormat.HLEDGER] == f"2026-05-14 * Sale\n{comments}{indented}"
    assert entries[ExportFormat.LEDGER] == f"2026/05/14 * Sale\n{comments}{indented}"
    assert entries[ExportFormat.BEANCOUNT] == f'2026-05-14 * "Sale"\n{metadata}' + "".join(f"  {line}" for line in tail)


async def _entry(shop: Shop, form: ExportFormat) -> str:
    text = (await shop.file(may(form, currency="EUR", zone="Europe/Berlin"))).decode()
    head, entry, foot = text[text.index("\n2026") - 1 :].split("\n\n")[0], *text.split("\n\n")[-2:]
    assert head is not None
    assert foot == "; 1 entries, 0 of them without a rate in EUR\n" or foot.startswith("; 1 entries")
    return entry + "\n"


async def test_the_same_file_twice_has_the_same_bytes(shop: Shop) -> None:
    await shop.tell(EVENTS)
    for form in ExportFormat:
        spec = may(form, currency="EUR" if form in GROUPED else None)
        assert await shop.file(spec) == await shop.file(spec), form


async def test_accounts_can_be_named(shop: Shop, tmp_path: Path) -> None:
    await shop.tell([settled("p1", "2026-05-02T00:00:00", 300, fee=100), refunded("p1", "2026-05-03T00:00:00", 50)])
    accounts = Accounts("Assets:Crypto:ZEC-1", "Expenses:Z402", "Income:Api", "Income:Api")
    for form in JOURNALS:
        found = balances(form, await shop.file(may(form, accounts=accounts)), tmp_path)
        assert found == {
            "Assets:Crypto:ZEC-1": Decimal("0.00000150"),
            "Expenses:Z402": Decimal("0.00000100"),
            "Income:Api": Decimal("-0.00000250"),
        }


@pytest.mark.parametrize(
    "account",
    [
        "",
        "Assets",
        "assets:zcash",
        "Assets:zcash",
        "Assets::Z",
        "Assets:Z c",
        "Assets:Z;x",
        "Cash:Z",
        "Assets:" + "Z" * 99,
    ],
)
def test_an_account_that_one_of_them_would_not_read_is_refused(account: str) -> None:
    with pytest.raises(BadSpec, match="the account of asset must begin with one of Assets"):
        may(ExportFormat.HLEDGER, accounts=Accounts(account, "Expenses:F", "Income:S", "Income:R"))


async def test_books_of_a_time_whose_events_are_gone_are_refused(shop: Shop) -> None:
    await shop.tell(EVENTS)
    await shop.execute("UPDATE installation SET raw_kept_from = '2026-05-01T00:00:00.000001Z'")
    with pytest.raises(RangeGone, match=r"those before 2026-05-01T00:00:00Z are no longer kept"):
        await shop.file(may(ExportFormat.HLEDGER))
    assert len((await shop.file(may())).splitlines()) == 5  # rows of payments need no events


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
ODD_TEXT = st.one_of(
    TEXT,
    st.sampled_from(
        [
            "[2026/13/99]",
            "[=2026-01-01]",
            "date:x",
            "x:: 1 + ",
            ":tag:",
            '"',
            "\\",
            "; x",
            "| p",
            "@ 1 EUR",
            "\x85",
            "\u2028",
        ]
    ),
)


@pytest.mark.parametrize("form", JOURNALS)
def test_no_text_of_others_breaks_a_journal(form: ExportFormat, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("books")
    at = datetime(2026, 5, 2, 12, tzinfo=UTC)

    @settings(max_examples=5)
    @given(st.lists(st.tuples(ODD_TEXT, ODD_TEXT, ODD_TEXT), min_size=20, max_size=20), ODD_TEXT)
    def check(texts: list[tuple[str, str, str]], name: str) -> None:
        spec = may(form)
        journal = NOTATIONS[form](spec)
        text = [journal.head(Heading("shop", name, spec))]
        for number, (payment, resource, payer) in enumerate(texts):
            event = AccountingEvent(
                f"e{number}", payment, False, at, 1_000, 10, resource, payer, None, None, None
            )  # fmt: skip
            text.append(journal.entry(Entry(event, at.date(), None)))
        text.append(journal.foot(len(texts), 0))
        found = balances(form, "".join(text).encode(), folder)
        assert found["Income:Sales"] == Decimal(zec_text(-1_000 * len(texts)))
        assert len(found) == 3

    check()

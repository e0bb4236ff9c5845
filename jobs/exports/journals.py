"""Double-entry journals for hledger, ledger and beancount.

Everything is booked in ZEC, so that each entry balances to the zatoshi; a rate stands at the amounts as their price
(`@`), and where there is none nothing does. A sale adds what remains of it to the asset and the fee to the expenses;
a refund takes it away again at its own time, less the fee that came back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from jobs.exports.amounts import zec_text
from jobs.exports.bookings import Entry
from jobs.exports.spec import Accounts, ExportFormat, ExportSpec
from resolvers.zones import zone

#: Before all events, so that accounts are open whatever a file holds.
OPENED: Final = "1970-01-01"
LONGEST: Final = 300
NOTES: Final = ("payment", "event", "time", "resource", "payer", "rate-source", "rate-time", "rate")


@dataclass(frozen=True, slots=True)
class Heading:
    """What a file says of itself."""

    merchant_id: str
    name: str
    spec: ExportSpec

    @property
    def title(self) -> str:
        """Whose payments, of what time."""
        tz = zone(self.spec.zone)
        first, last = (each.astimezone(tz).isoformat() for each in (self.spec.start, self.spec.end))
        return f"Z402 payments of {plain(self.name)} ({self.merchant_id}), from {first} until {last}"


class Journal(Protocol):
    """One program's notation."""

    def head(self, heading: Heading) -> str: ...
    def entry(self, entry: Entry) -> str: ...
    def foot(self, count: int, missing: int) -> str: ...


class _Notation:
    """What the three have in common."""

    def __init__(self, spec: ExportSpec) -> None:
        self._accounts: Accounts = spec.booked
        self._currency = spec.currency
        self._zone: ZoneInfo = zone(spec.zone)

    def foot(self, count: int, missing: int) -> str:
        """Say how much there is, and how much of it has no value."""
        priced = f", {missing} of them without a rate in {self._currency}" if self._currency else ""
        return f"\n; {count} entries{priced}\n"

    def _postings(self, entry: Entry, indent: str) -> str:
        price = "" if entry.rate is None else f" @ {entry.rate:f} {self._currency}"
        return "".join(
            f"{indent}{account}  {zec_text(amount)} ZEC{price}\n" for account, amount in self._amounts(entry)
        )

    def _amounts(self, entry: Entry) -> list[tuple[str, int]]:
        event, accounts = entry.event, self._accounts
        sign = -1 if event.is_refund else 1
        other = accounts.refunds if event.is_refund else accounts.sales
        amounts = [(accounts.asset, entry.net_zat), (other, -sign * event.amount_zat)]
        if event.fee_zat:
            amounts.insert(1, (accounts.fees, sign * event.fee_zat))
        return amounts

    def _notes(self, entry: Entry) -> list[tuple[str, str]]:
        event = entry.event
        notes = [
            ("payment", event.payment_id),
            ("event", event.event_id),
            ("time", event.occurred_at.astimezone(self._zone).isoformat()),
            ("resource", event.resource),
            ("payer", event.payer),
        ]
        if event.rate is not None and event.rate_at is not None:
            notes += [("rate-source", event.rate_source), ("rate-time", event.rate_at.isoformat())]
        elif self._currency:
            notes.append(("rate", "missing"))
        return [(name, text) for name, text in notes if text]


class Hledger(_Notation):
    """hledger's journal format."""

    def head(self, heading: Heading) -> str:
        """Declare what is used, for `hledger check --strict`."""
        commodities = ["commodity 1000.00000000 ZEC"]
        if self._currency:
            commodities.append(f"commodity 1000.00 {self._currency}")
        return _declared(heading, commodities, self._accounts)

    def entry(self, entry: Entry) -> str:
        """Return one transaction."""
        notes = "".join(f"    ; {name}: {plain(text)}\n" for name, text in self._notes(entry))
        return f"\n{entry.day} * {_what(entry)}\n{notes}{self._postings(entry, '    ')}"


class Ledger(_Notation):
    """ledger's journal format."""

    def head(self, heading: Heading) -> str:
        """Declare what is used, for `ledger --pedantic`."""
        commodities = ["commodity ZEC\n    format 1000.00000000 ZEC"]
        if self._currency:
            commodities.append(f"commodity {self._currency}\n    format 1000.00 {self._currency}")
        commodities += [f"tag {name}" for name in NOTES]
        return _declared(heading, commodities, self._accounts)

    def entry(self, entry: Entry) -> str:
        """Return one transaction."""
        notes = "".join(f"    ; {name}: {_no_dates(plain(text))}\n" for name, text in self._notes(entry))
        return f"\n{entry.day.isoformat().replace('-', '/')} * {_what(entry)}\n{notes}{self._postings(entry, '    ')}"


class Beancount(_Notation):
    """beancount's input format."""

    def head(self, heading: Heading) -> str:
        """Open the accounts."""
        lines = [f'option "title" {_quoted(heading.title)}']
        if self._currency:
            lines.append(f'option "operating_currency" "{self._currency}"')
        lines += ["", f"{OPENED} commodity ZEC"]
        lines += [f"{OPENED} open {account} ZEC" for account in _names(self._accounts)]
        return "\n".join(lines) + "\n"

    def entry(self, entry: Entry) -> str:
        """Return one transaction."""
        notes = "".join(f"  {name}: {_quoted(text)}\n" for name, text in self._notes(entry))
        return f'\n{entry.day} * "{_what(entry)}"\n{notes}{self._postings(entry, "  ")}'


NOTATIONS: Final[dict[ExportFormat, Callable[[ExportSpec], Journal]]] = {
    ExportFormat.HLEDGER: Hledger,
    ExportFormat.LEDGER: Ledger,
    ExportFormat.BEANCOUNT: Beancount,
}


def plain(text: str) -> str:
    """Return a text on one line, without anything that is not seen, and not too long."""
    seen = "".join(each if each.isprintable() else " " for each in text[:LONGEST])
    return " ".join(seen.split())


def _no_dates(text: str) -> str:
    """ledger takes what stands in brackets in a note for a date."""
    return text.replace("[", "(").replace("]", ")")


def _quoted(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _what(entry: Entry) -> str:
    return "Refund" if entry.event.is_refund else "Sale"


def _names(accounts: Accounts) -> list[str]:
    """The accounts, each once: sales and refunds may be one."""
    return list(dict.fromkeys((accounts.asset, accounts.fees, accounts.sales, accounts.refunds)))


def _declared(heading: Heading, commodities: list[str], accounts: Accounts) -> str:
    opened = [f"account {account}" for account in _names(accounts)]
    return "\n".join([f"; {_no_dates(heading.title)}", "", *commodities, *opened]) + "\n"

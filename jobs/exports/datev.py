"""A DATEV batch of bookings: EXTF 700, category 21 (Buchungsstapel), version 13.

Semicolons, decimal commas, Windows-1252, CRLF; texts in quotes, numbers without. A booking says its day and its month,
and no year: a batch belongs to one fiscal year, and so does what it is asked for.
"""

from collections.abc import Iterable
from typing import Final

from jobs.exports.amounts import cents, zec_text
from jobs.exports.bookings import Booking, Part
from jobs.exports.spec import Datev, ExportSpec, fiscal_year
from jobs.exports.statements import csv_line

#: DATEV takes 99,999 bookings in a batch.
MOST_ROWS: Final = 99_999
MAX_TEXT: Final = 60
MAX_DOCUMENT: Final = 36
DOCUMENT_MARKS: Final = frozenset("$&%*+-/")

_FIRST: Final = (
    "Umsatz (ohne Soll/Haben-Kz)", "Soll/Haben-Kennzeichen", "WKZ Umsatz", "Kurs", "Basis-Umsatz", "WKZ Basis-Umsatz",
    "Konto", "Gegenkonto (ohne BU-Schlüssel)", "BU-Schlüssel", "Belegdatum", "Belegfeld 1", "Belegfeld 2", "Skonto",
    "Buchungstext", "Postensperre", "Diverse Adressnummer", "Geschäftspartnerbank", "Sachverhalt", "Zinssperre",
    "Beleglink",
)  # fmt: skip
_MIDDLE: Final = (
    "KOST1 - Kostenstelle", "KOST2 - Kostenstelle", "Kost-Menge", "EU-Land u. UStID (Bestimmung)",
    "EU-Steuersatz (Bestimmung)", "Abw. Versteuerungsart", "Sachverhalt L+L", "Funktionsergänzung L+L",
    "BU 49 Hauptfunktionstyp", "BU 49 Hauptfunktionsnummer", "BU 49 Funktionsergänzung",
)  # fmt: skip
_LAST: Final = (
    "Stück", "Gewicht", "Zahlweise", "Forderungsart", "Veranlagungsjahr", "Zugeordnete Fälligkeit", "Skontotyp",
    "Auftragsnummer", "Buchungstyp", "USt-Schlüssel (Anzahlungen)", "EU-Land (Anzahlungen)",
    "Sachverhalt L+L (Anzahlungen)", "EU-Steuersatz (Anzahlungen)", "Erlöskonto (Anzahlungen)", "Herkunft-Kz",
    "Buchungs GUID", "KOST-Datum", "SEPA-Mandatsreferenz", "Skontosperre", "Gesellschaftername", "Beteiligtennummer",
    "Identifikationsnummer", "Zeichnernummer", "Postensperre bis", "Bezeichnung SoBil-Sachverhalt",
    "Kennzeichen SoBil-Buchung", "Festschreibung", "Leistungsdatum", "Datum Zuord. Steuerperiode", "Fälligkeit",
    "Generalumkehr (GU)", "Steuersatz", "Land", "Abrechnungsreferenz", "BVV-Position", "EU-Land u. UStID (Ursprung)",
    "EU-Steuersatz (Ursprung)", "Abw. Skontokonto",
)  # fmt: skip
COLUMNS: Final = (
    *_FIRST,
    *(f"Beleginfo - {what} {number}" for number in range(1, 9) for what in ("Art", "Inhalt")),
    *_MIDDLE,
    *(f"Zusatzinformation{what} {number}" for number in range(1, 21) for what in (" - Art", "- Inhalt")),
    *_LAST,
)
#: Counted from 1: the columns that hold text and are quoted, also where they are empty.
TEXTS: Final = frozenset((
    2, 3, 6, 9, 11, 12, 14, 16, 20, *range(21, 39), 40, 42, *range(48, 88), 91, 95, 96, 98, 102, 103, 105, 107, 109,
    110, 112, 118, 120, 121, 123,
))  # fmt: skip


class DatevBatch:
    """A batch as a table: its header is two lines."""

    rows = MOST_ROWS

    def __init__(self, spec: ExportSpec) -> None:
        assert spec.currency is not None
        self._accounts, self._currency = spec.booked, spec.currency
        datev = spec.datev or Datev()
        first, last = spec.days
        started = fiscal_year(first, datev.year_month)
        length = len(self._accounts.asset)
        fields = [
            '"EXTF"', "700", "21", '"Buchungsstapel"', "13", f"{last:%Y%m%d}000000000", "", '"RE"', '"Z402"', '""',
            str(datev.consultant), str(datev.client), f"{started:%Y%m%d}", str(length), f"{first:%Y%m%d}",
            f"{last:%Y%m%d}", f'"Z402 {first:%Y-%m-%d}"', '""', "1", "0", "0", f'"{self._currency}"', "", '""', "", "",
            '""', "", "", '""', '""',
        ]  # fmt: skip
        self.header = _encoded(fields) + _encoded(COLUMNS)

    def row(self, booking: Booking) -> bytes | None:
        """Return a booking's line; one without a rate, or whose amount rounds to nothing, cannot be booked."""
        if _unbooked(booking):
            return None
        assert booking.value is not None
        debit, credit = self._sides(booking.part)
        about = f" {booking.resource}" if booking.resource else ""
        cells = {
            1: f"{cents(booking.value):f}".replace(".", ","),
            2: "S",
            3: self._currency,
            7: debit,
            8: credit,
            10: f"{booking.day:%d%m}",
            11: document(booking.reference),
            14: _text(f"{_GERMAN[booking.part]}{about}", MAX_TEXT),
            114: "0",
        }
        return _encoded(
            f'"{cells.get(place, "")}"' if place in TEXTS else cells.get(place, "")
            for place in range(1, len(COLUMNS) + 1)
        )

    def _sides(self, part: Part) -> tuple[str, str]:
        """The accounts, debit first."""
        accounts = self._accounts
        other = {Part.SALE: accounts.sales, Part.REFUND: accounts.refunds}.get(part, accounts.fees)
        return (accounts.asset, other) if part.comes_in else (other, accounts.asset)


class DatevUnbooked:
    """What the batches lack, and why: a list for people, which DATEV does not read."""

    header = b"Datum;Art;Beleg;ZEC;Grund\r\n"
    rows = None

    def row(self, booking: Booking) -> bytes | None:
        """Return a line, None for what is booked."""
        reason = _unbooked(booking)
        if reason is None:
            return None
        amount = zec_text(booking.amount_zat).replace(".", ",")
        cells = [f"{booking.day:%d.%m.%Y}", _GERMAN[booking.part], booking.reference, amount, reason]
        return csv_line(cells, ";", "cp1252")


def _unbooked(booking: Booking) -> str | None:
    if booking.value is None:
        return "kein Kurs"
    return "weniger als ein halber Cent" if cents(booking.value) == 0 else None


_GERMAN: Final = {
    Part.SALE: "Erlös",
    Part.FEE: "Gebühr",
    Part.REFUND: "Erstattung",
    Part.FEE_RETURNED: "Gebühr erstattet",
}


def document(reference: str) -> str:
    """Return what of a reference a document field takes."""
    kept = "".join(each for each in reference if (each.isascii() and each.isalnum()) or each in DOCUMENT_MARKS)
    return kept[:MAX_DOCUMENT]


def _text(text: str, most: int) -> str:
    seen = "".join(each if each.isprintable() else " " for each in text)[:most]
    return seen.replace('"', '""')


def _encoded(cells: Iterable[str]) -> bytes:
    """Return a line; what Windows-1252 lacks becomes a question mark."""
    return (";".join(cells) + "\r\n").encode("cp1252", errors="replace")

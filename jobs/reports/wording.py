"""How figures are written for people: amounts to the last zatoshi, rates to a tenth, times in their best unit."""

from collections.abc import Iterable
from datetime import datetime

from jobs.reports.figures import Amount, Change, CountChange, MoneyChange, RateChange
from resolvers.zones import zone

ZATOSHI = 10**8
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
ARROWS = {"UP": "\N{UPWARDS ARROW}", "DOWN": "\N{DOWNWARDS ARROW}", "FLAT": "="}
STEPS = {
    "CREATED": "Created",
    "VERIFYING": "Verification begun",
    "VERIFIED": "Verified",
    "SETTLED": "Settled",
    "FAILED": "Failed",
    "EXPIRED": "Expired",
    "RETRIED": "Tried again",
    "REFUNDED": "Refunded",
}


def zec(amount: Amount | None, decimals: int = 2) -> str:
    """Write an amount exactly, with so many decimals at least: 1,234.50 or 0.00012345."""
    if amount is None:
        return NOTHING
    whole, rest = divmod(abs(amount.zatoshi), ZATOSHI)
    written = f"{rest:08d}".rstrip("0").ljust(decimals, "0")
    return f"{MINUS if amount.zatoshi < 0 else ''}{whole:,}.{written}"


def decimals(amounts: Iterable[Amount]) -> int:
    """Return how many decimals the amounts of a column need, so that their points stand below each other."""
    return max((len(zec(amount).rpartition(".")[2]) for amount in amounts), default=2)


def count(value: int | None) -> str:
    """Write a number of things."""
    return NOTHING if value is None else f"{value:,}".replace("-", MINUS)


def percent(value: float | None) -> str:
    """Write a percentage."""
    return NOTHING if value is None else f"{value:,.1f} %".replace("-", MINUS)


def share(value: float | None) -> str:
    """Write a share of 1 as a percentage."""
    return percent(None if value is None else value * 100)


def duration(milliseconds: float | None) -> str:
    """Write a duration with three digits that count."""
    if milliseconds is None:
        return NOTHING
    if milliseconds < 1_000:
        return f"{milliseconds:.0f} ms"
    seconds = milliseconds / 1_000
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"


def change(compared: Change) -> str:
    """Write how a figure went, such as `+4.1 %`; points for a rate; why, where there is nothing to say."""
    if isinstance(compared, RateChange):
        if compared.change is None:
            return "nothing to compare with"
        return f"{_signed(compared.change)} points"
    if compared.change_percent is None:
        if compared.reason != "ZERO_BASE":
            return "nothing to compare with"
        return "unchanged" if compared.direction == "FLAT" else "nothing before"
    return f"{_signed(compared.change_percent)} %"


def before(compared: Change) -> str:
    """Write the figure of the period before."""
    match compared:
        case MoneyChange():
            return NOTHING if compared.previous is None else f"{zec(compared.previous)} ZEC"
        case CountChange():
            return count(compared.previous)
        case RateChange():
            return percent(compared.previous)
    raise TypeError(type(compared))


def arrow(compared: Change) -> str:
    """Return the sign that goes with a change."""
    return ARROWS.get(compared.direction or "", "")


def code(text: str) -> str:
    """Write a code for people: `CHALLENGE_EXPIRED` as `Challenge expired`."""
    return text.replace("_", " ").capitalize()


def step(text: str) -> str:
    """Write a step of a payment."""
    return STEPS.get(text, code(text))


def day(instant: datetime, timezone: str) -> str:
    """Write a local day: `Mon 5 Oct`."""
    local = instant.astimezone(zone(timezone))
    return f"{local:%a} {local.day} {local:%b}"


def long_day(instant: datetime, timezone: str) -> str:
    """Write a local day: `5 October 2026`."""
    local = instant.astimezone(zone(timezone))
    return f"{local.day} {local:%B %Y}"


def instant(value: datetime, timezone: str) -> str:
    """Write an instant with its offset: `1 October 2026, 00:00 (UTC+02:00)`."""
    local = value.astimezone(zone(timezone))
    offset = f"{local:%z}"
    return f"{local.day} {local:%B %Y}, {local:%H:%M} (UTC{offset[:3]}:{offset[3:]})"


def _signed(value: float) -> str:
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{abs(value):,.1f}"

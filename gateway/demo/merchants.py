"""The dozen merchants: who they are, how large, and how their customers behave."""

from dataclasses import dataclass
from typing import Final, Literal

Rhythm = Literal["office", "evening", "machines"]


@dataclass(frozen=True, slots=True)
class DemoMerchant:
    """A merchant and its temper.

    `daily` is payments on an average day, `week_start` an ISO weekday (1 is Monday), `shielded`, `failing`,
    `abandoned` and `logged` (payments with access and API logs) are shares of 1, `payers` is the size of its
    crowd, `growth_day` the day number in the middle of its growing time, `history_days` its age.
    """

    id: str
    name: str
    zone: str
    week_start: int
    email: str
    daily: float
    rhythm: Rhythm
    catalogue: str
    shielded: float
    failing: float
    abandoned: float
    payers: int
    country: str
    growth_day: int = 739_900
    history_days: int = 90
    logged: float = 0.5
    endpoints: tuple[str, ...] = ()
    sick_endpoint: str | None = None


# Agent Bazaar joined yesterday and is as busy as the others were in three months: it is what
# moves while one looks, and its weeks and months have nothing to compare with yet.
_MERCHANTS: Final = (
    DemoMerchant(
        "agent-bazaar", "Agent Bazaar", "UTC", 1, "ops@agent-bazaar.example",
        12_000, "machines", "agents", 0.35, 0.05, 0.02, 2400, "US", 739_942, history_days=1, logged=0.05,
    ),
    DemoMerchant(
        "spree-models", "Spree Models GmbH", "Europe/Berlin", 1, "zahlungen@spree-models.example",
        70, "office", "models", 0.55, 0.07, 0.04, 900, "DE", 739_880,
        endpoints=("https://hooks.spree-models.example/z402", "https://audit.spree-models.example/in"),
    ),
    DemoMerchant(
        "hudson-ledger", "The Hudson Ledger", "America/New_York", 7, "billing@hudson-ledger.example",
        46, "evening", "articles", 0.25, 0.05, 0.11, 1500, "US", 739_930,
        endpoints=("https://api.hudson-ledger.example/payments/hook",),
    ),
    DemoMerchant(
        "everest-weather", "Everest Weather", "Asia/Kathmandu", 7, "accounts@everest-weather.example",
        28, "machines", "weather", 0.15, 0.06, 0.03, 220, "NP", 739_860,
        endpoints=("https://everest-weather.example/hooks/paid",),
    ),
    DemoMerchant(
        "sakura-maps", "Sakura Maps", "Asia/Tokyo", 1, "keiri@sakura-maps.example",
        19, "office", "maps", 0.3, 0.03, 0.04, 180, "JP", 739_990,
        endpoints=("https://hook.sakura-maps.example/v2/events",),
    ),
    DemoMerchant(
        "paulista-audio", "Paulista Áudio", "America/Sao_Paulo", 7, "financeiro@paulista-audio.example",
        12, "evening", "audio", 0.2, 0.09, 0.09, 260, "BR", 739_900,
        endpoints=("https://paulista-audio.example/webhook", "https://legacy.paulista-audio.example/ipn"),
        sick_endpoint="https://legacy.paulista-audio.example/ipn",
    ),
    DemoMerchant(
        "chennai-casebook", "Chennai Casebook", "Asia/Kolkata", 1, "desk@chennai-casebook.example",
        8, "office", "cases", 0.1, 0.06, 0.06, 90, "IN", 739_940,
    ),
    DemoMerchant(
        "nile-translate", "Nile Translate", "Africa/Cairo", 6, "hello@nile-translate.example",
        5, "evening", "translation", 0.45, 0.12, 0.08, 110, "EG", 739_850,
        endpoints=("https://nile-translate.example/z402/hook",),
    ),
    DemoMerchant(
        "kiwi-terrain", "Kiwi Terrain", "Pacific/Auckland", 1, "tari@kiwi-terrain.example",
        3, "office", "terrain", 0.2, 0.05, 0.05, 40, "NZ", 739_920,
    ),
    DemoMerchant(
        "harbour-archive", "Harbour Archive", "Australia/Sydney", 1, "office@harbour-archive.example",
        1.5, "office", "archive", 0.5, 0.08, 0.1, 30, "AU", 739_800,
    ),
    DemoMerchant(
        "reef-watch", "Reef Watch", "Australia/Lord_Howe", 1, "rangers@reef-watch.example",
        0.6, "machines", "reef", 0.1, 0.04, 0.02, 8, "AU", 739_910,
    ),
    DemoMerchant(
        "quiet-press", "Quiet Press", "America/New_York", 7, "editor@quiet-press.example",
        0.2, "evening", "books", 0.9, 0.05, 0.15, 12, "US", 739_900,
    ),
)  # fmt: skip


def merchants() -> list[DemoMerchant]:
    """All of them, the busiest first."""
    return list(_MERCHANTS)

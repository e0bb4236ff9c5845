"""What the merchants sell: resources, their prices in zatoshi, and how many of one are bought at a time."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Product:
    """`most` is the largest number of units in one purchase: tokens, tiles, minutes."""

    resource: str
    price_zat: int
    most: int = 1


_ARTICLES: Final = (
    "harbor-tunnel-budget", "a-quiet-winter-for-shad", "who-owns-the-night-bus", "letters-from-pier-40",
    "rent-board-in-figures", "the-last-typewriter-shop", "oyster-beds-return",
    "subway-poems", "ferry-at-dawn", "school-lunch-by-numbers", "city-of-small-courts",
    "what-the-tide-gauge-says",
)  # fmt: skip
_BOOKS: Final = ("salt-road", "the-lamp-lighters-almanac", "nine-letters", "under-the-orchard")
_STATIONS: Final = ("khumbu", "pokhara", "mustang", "kathmandu", "langtang")

# Popular first: a product's rank is its weight.
CATALOGUES: Final[dict[str, tuple[Product, ...]]] = {
    "agents": (
        Product("/tools/search", 12_000),
        Product("/tools/scrape", 20_000),
        Product("/tools/rank", 8_000),
        Product("/tools/summarize", 35_000, 4),
        Product("/tools/route", 5_000),
        Product("/tools/embed", 1_500, 40),
        Product("/tools/screenshot", 45_000),
        Product("/tools/ocr", 30_000, 12),
        Product("/tools/sandbox", 150_000, 6),
        Product("/tools/solve", 90_000),
        Product("/tools/verify-citation", 25_000),
        Product("/tools/legacy", 4_000),
    ),
    "models": (
        Product("/v1/chat/spree-70b", 240_000, 12),
        Product("/v1/embeddings", 9_000, 64),
        Product("/v1/chat/spree-8b", 40_000, 12),
        Product("/v1/images/aquarell", 900_000, 4),
        Product("/v1/audio/transcribe", 120_000, 30),
        Product("/v1/rerank", 15_000, 8),
        Product("/v1/fine-tune", 85_000_000, 3),
    ),
    "articles": (
        *(Product(f"/2026/{slug}", 60_000) for slug in _ARTICLES),
        Product("/archive/day-pass", 900_000),
        Product("/archive/year-pass", 45_000_000),
    ),
    "weather": (
        *(Product(f"/forecast/{name}", 18_000) for name in _STATIONS),
        Product("/avalanche/bulletin", 250_000),
        Product("/radar/tiles", 2_500, 80),
    ),
    "maps": (
        Product("/tiles/vector", 800, 400),
        Product("/geocode", 4_000, 25),
        Product("/route/walking", 12_000),
        Product("/route/transit", 22_000),
        Product("/isochrone", 60_000),
        Product("/export/ward", 4_000_000),
    ),
    "audio": (
        Product("/samba/loops", 350_000, 5),
        Product("/choro/stems", 1_200_000),
        Product("/forro/loops", 350_000, 5),
        Product("/sessions/live-at-ibirapuera", 6_500_000),
        Product("/licence/podcast", 28_000_000),
    ),
    "cases": (
        Product("/judgment/full-text", 150_000, 6),
        Product("/digest/daily", 500_000),
        Product("/search", 20_000),
        Product("/citator", 90_000, 10),
        Product("/brief/annotated", 7_500_000),
    ),
    "translation": (
        Product("/translate/ar-en", 3_000, 220),
        Product("/translate/en-ar", 3_000, 220),
        Product("/detect", 500),
        Product("/certified/page", 5_500_000, 8),
    ),
    "terrain": (
        Product("/dem/tile", 75_000, 60),
        Product("/lidar/block", 12_000_000, 4),
        Product("/slope", 30_000),
    ),
    "archive": (
        Product("/scan/page", 220_000, 30),
        Product("/scan/volume", 38_000_000),
        Product("/permission/print", 160_000_000),
    ),
    "reef": (
        Product("/sensors/temperature", 10_000),
        Product("/sensors/turbidity", 10_000),
        Product("/survey/2026", 90_000_000),
    ),
    "books": tuple(Product(f"/read/{slug}", 14_000_000) for slug in _BOOKS),
}

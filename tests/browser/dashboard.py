"""The dashboard as a person uses it: by what is seen and named on the page."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect

TILES = (
    *("revenue", "transactions", "success", "average", "trend", "now", "feed", "rate", "failures", "methods"),
    *("peak", "latency", "resources", "webhooks"),
)


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Drives the page."""

    page: Page
    origin: str

    async def open(self, token: str | None = None, search: str = "") -> None:
        """Come to the page with the token in the link; return when there is something to see or a form to fill."""
        await self.page.goto(f"{self.origin}/{search}" + (f"#token={token}" if token else ""))
        await expect(self.page.get_by_role("main")).to_be_visible()

    async def live(self) -> None:
        """Wait until figures are pushed and every tile has said what it has to say."""
        await expect(self.connection).to_have_attribute("data-connection", "live")
        await expect(self.page.locator(".tile-skeleton")).to_have_count(0)

    def tile(self, name: str) -> Locator:
        """A tile, by its name in the grid."""
        return self.page.locator(f"[data-tile={name}]")

    @property
    def connection(self) -> Locator:
        """The place in the header that tells whether the page is live, and how old it is."""
        return self.page.locator(".fresh")

    @property
    def revenue(self) -> Locator:
        """Today's revenue, all eight places."""
        return self.tile("revenue").locator(".figure-value")

    def payment(self, payment_id: str) -> Locator:
        """The steps of a payment in the feed."""
        return self.tile("feed").locator(f"[data-payment='{payment_id}']")

    def button(self, name: str) -> Locator:
        """A button by its accessible name."""
        return self.page.get_by_role("button", name=name, exact=True)

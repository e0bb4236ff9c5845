"""What a look at a subscription tells whoever will look again.

A subscription is a query that is asked anew whenever its answer may have changed. Its resolver says what that
depends on; who keeps the answer up to date (`gateway.hub`) listens.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final, Protocol

PAYMENT_EVENTS: Final = "payment_events"


class Watch(Protocol):
    """Is told what an answer depends on, by the resolver that is about to compute it."""

    async def listen(self, merchant_id: str, streams: Collection[str]) -> None:
        """Hear of a merchant's events from now on; returns once nothing that comes in later is missed.

        Said before anything is asked, so that no event falls between the answer and the first that is heard of.
        """

    def until(self, instant: datetime) -> None:
        """The clock changes the answer at this instant, though nothing may come in; the earliest counts."""

    def pace(self, seconds: float) -> None:
        """Events cause no two updates closer than this, nor the clock one so close to the last."""

    def over(self) -> None:
        """This value is the last: nothing will change any more."""


class Once:
    """For who looks once and never again."""

    async def listen(self, merchant_id: str, streams: Collection[str]) -> None:
        """Nobody listens."""

    def until(self, instant: datetime) -> None:
        """Nobody looks again."""

    def pace(self, seconds: float) -> None:
        """Nobody looks again."""

    def over(self) -> None:
        """Nobody looks again."""


ONCE: Final = Once()

"""Who asks, and what there is to answer with.

A transport makes one Request, which may serve many operations (a WebSocket does); each operation gets a Context
of its own, with its own loaders and its own instant, from `resolvers.operation`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import strawberry

from jobs.alerts.rules import STRICT, WebhookRules
from resolvers.errors import Forbidden, Unauthenticated
from resolvers.watching import ONCE, Watch
from sql import Query

if TYPE_CHECKING:
    from resolvers.answers.answers import Answers
    from resolvers.gathering import Gathering
    from resolvers.loaders import Loaders

ADMIN = "admin"
READ = "analytics:read"
WRITE = "events:write"
EXPORTS = "exports:read"
SCOPES = frozenset({READ, WRITE, EXPORTS, ADMIN})
MERCHANT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: bound to one merchant, or, without one, the facilitator, who needs `admin` for anything.

    `admin` implies the other scopes, but never lifts the binding to a merchant.
    """

    subject: str
    merchant_id: str | None
    scopes: frozenset[str]
    expires_at: datetime | None = None

    def may(self, scope: str, merchant_id: str) -> bool:
        """Tell whether it may do something with a merchant's data."""
        if self.merchant_id is None:
            return ADMIN in self.scopes
        return self.merchant_id == merchant_id and bool(self.scopes & {scope, ADMIN})

    def require(self, scope: str, merchant_id: str) -> None:
        """Raise Forbidden unless it may; the same words whether the merchant exists or not."""
        if not self.may(scope, merchant_id):
            raise Forbidden(f"This needs the scope {scope} for merchant {merchant_id!r:.70}.")

    def require_write(self, merchant_id: str | None) -> None:
        """Raise Forbidden unless it may write events of a merchant, its own by default."""
        named = self.merchant_id if merchant_id is None else merchant_id
        if named is None:
            self.require_platform()
        else:
            self.require(WRITE, named)

    def require_platform(self) -> None:
        """Raise Forbidden unless it is the facilitator's administrator."""
        if self.merchant_id is not None or ADMIN not in self.scopes:
            raise Forbidden("This needs the scope admin, with no merchant.")


@dataclass(frozen=True, slots=True)
class Tracked:
    """What became of one event: `status` is accepted, duplicate or rejected; a rejected one says why."""

    status: str
    code: str | None = None
    field: str | None = None
    message: str | None = None


class Store(Protocol):
    """The database as loaders and mutations use it: `sql.Database`."""

    async def fetch(self, query: Query, **params: object) -> list[Any]: ...
    async def fetch_one(self, query: Query, **params: object) -> Any | None: ...
    async def execute(self, query: Query, **params: object) -> str: ...


class Ingest(Protocol):
    """Where events go. It returns when they are committed; `merchant_id` binds them to one merchant."""

    async def submit(self, event: Mapping[str, Any], merchant_id: str | None) -> Tracked: ...
    async def submit_many(self, events: Sequence[Mapping[str, Any]], merchant_id: str | None) -> Sequence[Tracked]: ...


class Erasure(Protocol):
    """What forgets a payer everywhere and leaves counts and sums as they were; returns how many events named it."""

    async def forget_payer(self, merchant_id: str, payer: str) -> int: ...


class Told(Protocol):
    """Is told that a merchant was created or changed, so that nothing old is said of it."""

    async def __call__(self, merchant_id: str) -> None: ...


async def nobody(merchant_id: str) -> None:
    """For where nothing is kept."""


class Clock(Protocol):
    """What says what time it is."""

    def __call__(self) -> datetime: ...


def system_clock() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """What a process has, whoever asks."""

    database: Store
    ingest: Ingest | None = None
    erasure: Erasure | None = None
    clock: Clock = system_clock
    webhook_rules: WebhookRules = STRICT
    answers: "Answers | None" = None
    merchant_changed: Told = nobody


@dataclass(slots=True)
class Request:
    """One HTTP request or one look at a subscription: who asks, with what, and who hears what the answer depends on.

    A look may share its statements with others that run at the same moment: `gathering`.
    """

    services: Services
    principal: Principal | None = None
    watch: Watch = ONCE
    gathering: "Gathering | None" = None


@dataclass(slots=True)
class Context:
    """What the resolvers of one operation share."""

    request: Request
    loaders: "Loaders"
    now: datetime

    @property
    def services(self) -> Services:
        """What the process has."""
        return self.request.services

    @property
    def principal(self) -> Principal:
        """Who asks; raises Unauthenticated where nobody says."""
        if self.request.principal is None:
            raise Unauthenticated
        return self.request.principal

    def renew(self) -> None:
        """Forget what was loaded and look at the clock again: a subscription does before each event."""
        self.loaders.clear()
        self.now = self.services.clock()


Info: TypeAlias = strawberry.Info[Context, None]

"""Open sockets and event streams: how many there may be, and that each ends with its credential."""

import asyncio
from typing import Final, Protocol

import structlog

from gateway.auth import Authenticator
from gateway.socket_messages import ENDED, INIT_TIMEOUT
from resolvers.api_keys import PREFIX
from resolvers.context import Clock, Principal
from sql import StoreUnavailable

log = structlog.get_logger()

SWEEP_SECONDS: Final = 1.0
#: How often all keys in use are looked up, in one statement: every third sweep. One that was revoked may have
#: opened a socket a second later (`gateway.auth.KEY_KEPT`), which still ends within five seconds.
KEYS_SECONDS: Final = 2.5
INIT_SECONDS: Final = 10.0


class Session(Protocol):
    """Something open; `opened_at` is loop time."""

    @property
    def principal(self) -> Principal | None: ...
    @property
    def credential(self) -> str | None: ...
    @property
    def opened_at(self) -> float: ...
    def end(self, code: int, reason: str) -> None: ...


class Sessions:
    """All that is open in a process."""

    def __init__(self, authenticator: Authenticator, clock: Clock, limit: int) -> None:
        self._authenticator = authenticator
        self._clock = clock
        self._limit = limit
        self._open: dict[Session, None] = {}
        self._sweeping: asyncio.Task[None] | None = None
        self._keys_at = 0.0

    @property
    def full(self) -> bool:
        """Whether another one would be too many."""
        return len(self._open) >= self._limit

    def enter(self, session: Session) -> None:
        """Watch over a session."""
        self._open[session] = None
        if self._sweeping is None:
            self._sweeping = asyncio.create_task(self._sweep())

    def leave(self, session: Session) -> None:
        """Forget a session that has ended."""
        self._open.pop(session, None)

    async def close(self) -> None:
        """Watch no more."""
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                self.end_expired()
                await self.end_revoked()
            except Exception:
                log.exception("sessions.sweep_failed")

    def end_expired(self) -> None:
        """End those whose credential has ended, and those that never showed one."""
        now, loop_now = self._clock(), asyncio.get_running_loop().time()
        for session in tuple(self._open):
            principal = session.principal
            if principal is None:
                if loop_now - session.opened_at >= INIT_SECONDS:
                    session.end(*INIT_TIMEOUT)
            elif principal.expires_at is not None and principal.expires_at <= now:
                session.end(*ENDED)

    async def end_revoked(self) -> None:
        """End those whose API key no longer holds, if it is time to look."""
        now = asyncio.get_running_loop().time()
        if now - self._keys_at < KEYS_SECONDS:
            return
        self._keys_at = now
        keys = {session.credential for session in self._open if (session.credential or "").startswith(PREFIX)}
        try:
            ended = await self._authenticator.ended_keys([key for key in keys if key])
        except StoreUnavailable:
            return  # what cannot be looked up goes on; whoever asks the database hears of it
        for session in tuple(self._open):
            if session.credential in ended:
                session.end(*ENDED)

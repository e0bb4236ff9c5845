"""One socket: its credential, its operations, and what it answers to each message."""

import asyncio
from typing import Final

from gateway import telemetry
from gateway.auth import Authenticator, BadCredentials, credential_of
from gateway.hub.hub import Hub
from gateway.hub.operation import Operation
from gateway.jwks import IssuerUnavailable
from gateway.socket_messages import (
    ACK,
    FORBIDDEN,
    PONG,
    TOO_MANY_INITS,
    TRY_LATER,
    UNAUTHORIZED,
    UNREAD,
    Complete,
    Init,
    Message,
    Ping,
    Subscribe,
    error_message,
    subscriber_exists,
)
from gateway.socket_operation import Running, framed
from gateway.websocket_protocol import Frames
from resolvers.context import Principal
from resolvers.errors import BadInput, ErrorCode
from resolvers.executor import Executor, refused
from sql import StoreUnavailable

MAX_OPERATIONS: Final = 100


class SocketConnection:
    """The state of one socket; fits `gateway.sessions.Session`."""

    __slots__ = (
        "_authenticator",
        "_behind",
        "_ended",
        "_executor",
        "_hub",
        "_operations",
        "credential",
        "frames",
        "initialised",
        "opened_at",
        "principal",
    )

    def __init__(self, frames: Frames, hub: Hub, executor: Executor, authenticator: Authenticator) -> None:
        self.frames = frames
        self.principal: Principal | None = None
        self.credential: str | None = None
        self.initialised = False
        self.opened_at = asyncio.get_running_loop().time()
        self._hub = hub
        self._executor = executor
        self._authenticator = authenticator
        self._ended = False
        self._operations: dict[str, Running] = {}
        self._behind: dict[Running, None] = {}

    def end(self, code: int, reason: str) -> None:
        """Close the socket; messages that came before that was known may ask for it again."""
        if self._ended:
            return
        self._ended = True
        telemetry.LIVE_CLOSED.labels(reason=str(code)).inc()
        self.frames.finish(code, reason)

    def close(self) -> None:
        """Stop all operations: the socket is gone."""
        for running in tuple(self._operations.values()):
            self._stop(running)

    async def handle(self, message: Message) -> None:
        """Do what a message asks for."""
        match message:
            case Init():
                await self._init(message)
            case Ping():
                self.frames.write(framed(PONG))
            case Subscribe():
                self._subscribe(message)
            case Complete():
                running = self._operations.get(message.key)
                if running is not None:
                    self._stop(running)

    async def _init(self, message: Init) -> None:
        if self.initialised:
            self.end(*TOO_MANY_INITS)
            return
        self.initialised = True
        try:
            credential = credential_of(message.headers)
            if credential is None:
                raise BadCredentials
            self.principal = await self._authenticator.principal_of(credential)
        except BadCredentials:
            self.end(*FORBIDDEN)
        except (IssuerUnavailable, StoreUnavailable):
            self.end(*TRY_LATER)
        else:
            self.credential = credential
            self.frames.write(framed(ACK))

    def _subscribe(self, message: Subscribe) -> None:
        if self.principal is None:
            self.end(*UNAUTHORIZED)
            return
        if message.key in self._operations:
            self.end(*subscriber_exists(message.key))
            return
        if len(self._operations) >= MAX_OPERATIONS:
            self._refuse(message.key)
            return
        running = self._operations[message.key] = Running(self, message.key)
        if self._executor.is_subscription(message.document, message.operation_name):
            self._watch(running, message, self.principal)
        else:
            running.task = asyncio.create_task(self._run(running, message, self.principal))

    def _refuse(self, key: str) -> None:
        """Say that it is one too many; nothing of it is kept, so who does not read has to go."""
        text = f"A socket runs {MAX_OPERATIONS} operations at most; complete one first, or open another socket."
        error = refused(ErrorCode.TOO_MANY_OPERATIONS, text)
        if not self.frames.write(framed(error_message(key, error.errors))):
            self.end(*UNREAD)

    def _watch(self, running: Running, message: Subscribe, principal: Principal) -> None:
        try:
            running.watched = Operation.of(message.document, message.variables, message.operation_name, principal)
        except BadInput as error:
            running.finish(refused(error.code, error.message))
            return
        telemetry.LIVE_SUBSCRIBERS.inc()
        self._hub.join(running.watched, running)

    async def _run(self, running: Running, message: Subscribe, principal: Principal) -> None:
        result = await self._executor.execute(message.document, message.variables, message.operation_name, principal)
        running.finish(result)

    def _stop(self, running: Running) -> None:
        self.done(running.key)
        if running.task is not None:
            running.task.cancel()

    def done(self, key: str) -> None:
        """Forget an operation that has ended."""
        running = self._operations.pop(key, None)
        if running is None:
            return
        self._behind.pop(running, None)
        if running.watched is not None:
            telemetry.LIVE_SUBSCRIBERS.dec()
            self._hub.leave(running.watched, running)

    def behind(self, running: Running) -> None:
        """Remember an operation whose message did not go out."""
        self._behind[running] = None

    def caught_up(self) -> None:
        """Send what waited, as far as the reader takes it."""
        for running in tuple(self._behind):
            if not running.catch_up():
                return
            self._behind.pop(running, None)

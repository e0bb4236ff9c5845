"""The gateway on one core, with two routes more: /tasks counts, /constant sends its sockets a frame each second.

That is the floor of the same process: what it costs to send frames that nobody has to compute.
"""

import asyncio
import os
import sys
from typing import Final, cast

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from gateway.app import create_app
from gateway.hub.group import TURN
from gateway.provision import provisioned
from gateway.serving import allow_files, calm_collector, server_config
from gateway.settings import load
from gateway.socket_operation import framed
from gateway.websocket_protocol import EXTENSION, Frames

FRAME_BYTES: Final = int(os.environ.get("BENCH_FRAME_BYTES", "600"))
CONSTANT: Final = framed(b'{"transactionCount":1,"pad":"' + b"x" * (FRAME_BYTES - 31) + b'"}')


class Constant:
    """Sockets that all get the same, in turns as the hub takes them."""

    def __init__(self) -> None:
        self._open: set[Frames] = set()
        self._sending: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        frames = cast("Frames", scope["extensions"][EXTENSION])
        self._open.add(frames)
        self._sending = self._sending or asyncio.create_task(self._send())
        while (await receive())["type"] != "websocket.disconnect":
            pass
        self._open.discard(frames)

    async def _send(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += 1
            await asyncio.sleep(due - loop.time())
            for number, frames in enumerate(tuple(self._open), 1):
                frames.write(CONSTANT)
                if number % TURN == 0:
                    await asyncio.sleep(0)


async def tasks(_: Request) -> Response:
    """How many tasks there are."""
    return PlainTextResponse(str(len(asyncio.all_tasks())))


def main() -> None:
    """Serve until told to stop, on the core that the first argument names."""
    os.sched_setaffinity(0, {int(sys.argv[1])})
    settings = load()
    allow_files()
    with provisioned(settings) as ready:
        app = create_app(ready)
        app.router.routes += [WebSocketRoute("/constant", Constant()), Route("/tasks", tasks)]
        calm_collector()
        uvicorn.Server(server_config(ready, app)).run()


if __name__ == "__main__":
    main()

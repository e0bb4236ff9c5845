"""How uvicorn serves the application: in this process, or in several."""

import gc
import multiprocessing
import os
import resource
import signal
import threading
from typing import Final

import structlog
import uvicorn
from starlette.applications import Starlette

from gateway.http_protocol import BoundedHttp
from gateway.settings import Settings
from gateway.websocket_protocol import FramedSocket

log = structlog.get_logger()

MAX_SOCKET_MESSAGE_BYTES: Final = 256 * 1024
GRACE_SECONDS: Final = 10


def server_config(settings: Settings, app: Starlette | str, *, workers: int = 1) -> uvicorn.Config:
    """uvicorn's configuration; an application given as `module:function` is made in each worker."""
    return uvicorn.Config(
        app,
        factory=isinstance(app, str),
        host=settings.host,
        port=settings.port,
        workers=workers,
        loop="uvloop",
        http=BoundedHttp,
        # Compression costs a quarter of a megabyte per socket, and its messages may be 16 MiB by default.
        ws=FramedSocket,
        ws_per_message_deflate=False,
        ws_max_size=MAX_SOCKET_MESSAGE_BYTES,
        timeout_graceful_shutdown=GRACE_SECONDS,
        access_log=False,
        log_config=None,
        server_header=False,
    )


def allow_files() -> None:
    """Take as many file descriptors as this process may have: each socket is one, and 1,024 is a usual beginning."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (ValueError, OSError):  # macOS names a limit that cannot be set
        log.warning("serving.files_not_allowed")


def calm_collector() -> None:
    """Look for cyclic garbage rarely: with ten thousand sockets, to look at all objects takes half a second.

    By default Python looks at the youngest after 700 objects, so that whatever is under way grows old, and all objects
    are looked at every few seconds. What is here by now, modules and the schema, is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def leave_with_parent() -> None:
    """Ends this process, one of several, in good order once the one that started it is gone, however that ended."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()

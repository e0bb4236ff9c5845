"""Live events over HTTP: each merchant's with its own token, again until acknowledged, a refusal told."""

import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from gateway.demo.event import Event
from gateway.demo.feed import Fed, Feeder

TOKENS = {"a": "token-a", "b": "token-b"}
FIRST: Event = {"event_id": "1", "merchant_id": "a"}
SECOND: Event = {"event_id": "2", "merchant_id": "b"}
THIRD: Event = {"event_id": "3", "merchant_id": "a"}


class Gateway:
    """Answers `/events` with what `answers` says, else takes everything; keeps what it was sent."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, object]] = []
        self.received: list[tuple[str | None, list[Event]]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                assert self.path == "/events"
                assert self.headers["Content-Type"] == "application/x-ndjson"
                lines = self.rfile.read(int(self.headers["Content-Length"])).splitlines()
                gateway.received.append((self.headers["Authorization"], [orjson.loads(line) for line in lines]))
                taken = {"accepted": len(lines), "duplicate": 0, "rejected": 0, "errors": []}
                status, told = gateway.answers.pop(0) if gateway.answers else (200, taken)
                body = orjson.dumps(told)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    thread = threading.Thread(target=gateway.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield gateway
    gateway.server.shutdown()
    thread.join()
    gateway.server.server_close()


@pytest.fixture
def feeder(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> Feeder:
    monkeypatch.setattr("gateway.demo.feed.PAUSES_SECONDS", (0.0, 0.01))
    return Feeder("127.0.0.1", gateway.server.server_port, TOKENS)


async def batches(*each: list[Event]) -> AsyncIterator[list[Event]]:
    for batch in each:
        yield batch


async def test_each_merchants_events_go_with_its_own_token(gateway: Gateway, feeder: Feeder) -> None:
    await feeder.run(batches([FIRST, SECOND, THIRD], [SECOND]))
    assert gateway.received == [
        ("Bearer token-a", [FIRST, THIRD]),
        ("Bearer token-b", [SECOND]),
        ("Bearer token-b", [SECOND]),
    ]
    assert (feeder.fed.accepted, feeder.fed.trouble) == (4, None)


async def test_what_was_not_acknowledged_is_sent_again(gateway: Gateway, feeder: Feeder) -> None:
    gateway.answers = [(503, {"code": "STORE_UNAVAILABLE"}), (500, "?")]
    await feeder.run(batches([FIRST], [SECOND]))
    assert gateway.received == [("Bearer token-a", [FIRST])] * 3 + [("Bearer token-b", [SECOND])]
    assert feeder.fed.accepted == 2


async def test_a_refusal_is_told_and_does_not_stop_the_stream(gateway: Gateway, feeder: Feeder) -> None:
    refused = {"accepted": 0, "duplicate": 0, "rejected": 1, "errors": [{"line": 1, "reason": "too old"}]}
    gateway.answers = [(200, refused)]
    await feeder.run(batches([FIRST]))
    assert feeder.fed == Fed(0, 0, 1, "an event was refused: too old")
    await feeder.run(batches([SECOND]))
    assert feeder.fed == Fed(1, 0, 1, None)

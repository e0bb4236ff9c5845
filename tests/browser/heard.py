"""What a page asked for, and what it complained of."""

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import ConsoleMessage, Error, Page, Request, WebSocket


@dataclass  # without slots: Playwright leaves a mark of its own on what it is given to call
class Heard:
    """All that a page asked for and complained of."""

    requests: list[Request] = field(default_factory=list)
    sockets: list[WebSocket] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.context.on("request", self._request)
        page.on("websocket", self._socket)
        page.on("console", self._console)
        page.on("pageerror", self._error)

    def _request(self, request: Request) -> None:
        self.requests.append(request)

    def _socket(self, opened: WebSocket) -> None:
        self.sockets.append(opened)

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium also reports each answer of 4xx there, which tests of refusals want.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.complaints.append(message.text)

    def _error(self, error: Error) -> None:
        self.complaints.append(str(error))

    def variables(self, operation: str) -> list[dict[str, Any]]:
        """The variables of an operation, each time that it was asked."""
        asked = [json.loads(request.post_data) for request in self.requests if request.post_data]
        return [each["variables"] for each in asked if each.get("operationName") == operation]

    def foreign(self, origin: str) -> list[str]:
        """What was asked of anyone but the origin."""
        ours = (f"{origin}/", f"{origin.replace('http', 'ws', 1)}/", "about:blank", "data:", f"blob:{origin}/")
        asked = [request.url for request in self.requests] + [opened.url for opened in self.sockets]
        return [url for url in asked if not url.startswith(ours)]

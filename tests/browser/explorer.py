"""The explorer's page as tests speak of it."""

import json
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

READ_EDITOR = """(name) => globalThis.__MONACO?.editor.getModels()
    .find((model) => model.uri.path.endsWith(name))?.getValue() ?? ''"""
WRITE_EDITOR = """([name, text]) => globalThis.__MONACO.editor.getModels()
    .find((model) => model.uri.path.endsWith(name)).setValue(text)"""


@dataclass(frozen=True, slots=True)
class Explorer:
    """Drives the page."""

    page: Page
    origin: str

    async def open(self, token: str | None = None) -> None:
        """Come to the page as a person does, with the token in the link; returns when it can be used."""
        await self.page.goto(f"{self.origin}/graphql" + (f"#token={token}" if token else ""))
        await expect(self.page.locator(".graphiql-query-editor .view-lines")).to_be_visible()

    @property
    def access(self) -> Locator:
        return self.page.locator("[data-pill=access]")

    @property
    def live(self) -> Locator:
        return self.page.locator("[data-pill=live]")

    @property
    def token(self) -> Locator:
        return self.page.get_by_label("Token", exact=True)

    @property
    def note(self) -> Locator:
        return self.page.locator(".note")

    @property
    def exchange(self) -> Locator:
        return self.page.locator(".exchange")

    @property
    def builder(self) -> Locator:
        return self.page.locator(".graphiql-explorer-root")

    async def use_token(self, token: str) -> None:
        """Type a token and press Enter."""
        await self.token.fill(token)
        await self.token.press("Enter")

    async def tab(self, name: str) -> None:
        """Open the tab of an example."""
        await self.page.get_by_role("tab", name=name, exact=True).click()
        await self.page.wait_for_function(f"({READ_EDITOR})('operation.graphql').includes({json.dumps(name)})")

    async def press_run(self) -> None:
        """Press the one button that runs and stops."""
        await self.page.locator(".graphiql-execute-button").click()

    async def run(self) -> Any:
        """Run what is in the editor and return the answer's data; it must have no errors."""
        await self.press_run()
        answer = await self.answer()
        assert "errors" not in answer, answer
        return answer["data"]

    async def answer(self, containing: str = "{") -> dict[str, Any]:
        """Wait until the response pane holds an answer that contains a text, and return it."""
        await self.page.wait_for_function(
            f"([name, wanted]) => ({READ_EDITOR})(name).includes(wanted)", arg=["response.json", containing]
        )
        parsed: dict[str, Any] = json.loads(await self.page.evaluate(READ_EDITOR, "response.json"))
        return parsed

    async def operation(self) -> str:
        """Return the operation in the editor."""
        return str(await self.page.evaluate(READ_EDITOR, "operation.graphql"))

    async def write_operation(self, text: str) -> None:
        """Put an operation into the editor."""
        await self.page.evaluate(WRITE_EDITOR, ["operation.graphql", text])

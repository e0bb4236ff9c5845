"""Merchants from the command line and from files, by the same operations as the API's, checked as there."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from resolvers.context import ADMIN, Principal, Services, Told, nobody
from resolvers.errors import ErrorCode
from resolvers.executor import Executor
from resolvers.merchants import Weekday
from resolvers.operations import document
from sql import Database, StoreUnavailable

OPERATOR: Final = Principal("command line", None, frozenset({ADMIN}))
#: What files and columns call things, and what the API does.
NAMES: Final = {
    "merchant_id": "id",
    "name": "name",
    "zone": "timezone",
    "week_start": "weekStart",
    "pending_timeout_minutes": "pendingTimeoutMinutes",
    "email": "email",
    "state": "state",
}
PAGE: Final = 50

Fields = Mapping[str, object]


class MerchantRefused(Exception):
    """A merchant that cannot be as told; the text says why."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class MerchantBook:
    """Creates, changes and lists merchants as the facilitator's administrator."""

    def __init__(self, database: Database, changed: Told = nobody) -> None:
        self._executor = Executor(Services(database, merchant_changed=changed))

    async def create(self, fields: Fields) -> None:
        """Create a merchant from fields by our names. Raises MerchantRefused and StoreUnavailable."""
        await self._run("create_merchant", input=_input(fields))

    async def update(self, fields: Fields) -> None:
        """Change a merchant; what is left out stays. Raises MerchantRefused and StoreUnavailable."""
        await self._run("update_merchant", input=_input(fields))

    async def put(self, fields: Fields) -> bool:
        """Create a merchant or change it to what is told; return whether it is new. Raises as the others do."""
        state = {"state": fields["state"]} if "state" in fields else {}
        try:
            await self.create({name: given for name, given in fields.items() if name != "state"})
        except MerchantRefused as refused:
            if refused.code != ErrorCode.CONFLICT.value:
                raise
            await self.update(fields)
            return False
        if state:
            await self.update({"merchant_id": fields["merchant_id"], **state})
        return True

    async def all(self) -> AsyncIterator[dict[str, Any]]:
        """Yield all merchants, as the API tells them."""
        after: str | None = None
        while True:
            data = await self._run("merchants", first=PAGE, after=after)
            for node in data["merchants"]["nodes"]:
                yield node
            if not data["merchants"]["pageInfo"]["hasNextPage"]:
                return
            after = data["merchants"]["pageInfo"]["endCursor"]

    async def _run(self, name: str, **variables: object) -> dict[str, Any]:
        result = await self._executor.execute(document(name), variables, principal=OPERATOR)
        if result.errors:
            error = result.errors[0]
            code = error["extensions"]["code"]
            if code == ErrorCode.STORE_UNAVAILABLE.value:
                raise StoreUnavailable(error["message"])
            raise MerchantRefused(error["message"], code)
        assert result.data is not None
        return result.data


def _input(fields: Fields) -> dict[str, object]:
    """The fields as the API's input; those that are None are left out."""
    for name in fields:
        if name not in NAMES:
            raise MerchantRefused(f"there is no field {name!r}; known are {', '.join(NAMES)}")
    told = {NAMES[name]: given for name, given in fields.items() if given is not None}
    if "weekStart" in told:
        told["weekStart"] = _weekday(told["weekStart"])
    if isinstance(told.get("state"), str):
        told["state"] = str(told["state"]).upper()
    return told


def _weekday(given: object) -> str:
    """Name a weekday told by its name or, as ISO 8601 counts, by its number: 1 is Monday."""
    for day in Weekday:
        if given in (day.value, str(day.value)) or str(given).upper() == day.name:
            return day.name
    raise MerchantRefused("week_start must be a weekday, or 1 (Monday) to 7")


def merchants_in(path: Path) -> Iterator[tuple[int, Fields]]:
    """Yield each line's merchant of an NDJSON file, with the number of the line. Raises MerchantRefused."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line)
            except ValueError as error:
                raise MerchantRefused(f"{path}:{number}: not valid JSON") from error
            if not isinstance(fields, dict) or "merchant_id" not in fields:
                raise MerchantRefused(f"{path}:{number}: an object with merchant_id is wanted")
            yield number, fields

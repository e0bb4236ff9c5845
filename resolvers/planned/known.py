"""The plans of what is watched, so that looking again costs no more than it must."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import orjson
import strawberry

from resolvers.planned.plan import Plan
from resolvers.planned.planner import plan

MAX_PLANS: Final = 4_096
#: Longer ones, text and variables, are left to graphql-core: comments, names and strings would fill the memory, though
#: tokens are counted.
MAX_BYTES: Final = 16_384

Key: TypeAlias = tuple[str, str | None, bytes]


class Plans:
    """The plans of the subscriptions that were looked at last; one per process."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, Plan | None] = OrderedDict()
        self._documents: set[tuple[str, str | None]] = set()

    def knows(self, document: str, operation_name: str | None) -> bool:
        """Whether a document's operation was looked at before, with any variables."""
        return (document, operation_name) in self._documents

    def of(self, document: str, operation_name: str | None, variables: Mapping[str, Any]) -> Plan | None:
        """Return the plan, where there is one."""
        key = _key(document, operation_name, variables)
        found = self._known.get(key)
        if found is not None:
            self._known.move_to_end(key)
        return found

    def learn(
        self, schema: strawberry.Schema, document: str, operation_name: str | None, variables: Mapping[str, Any]
    ) -> None:
        """Work out the plan of a subscription that was run without an error, unless it is long or that was tried."""
        key = _key(document, operation_name, variables)
        if key not in self._known and _bytes_of(key) <= MAX_BYTES:
            self._known[key] = plan(schema, document, operation_name, dict(variables))
            self._documents.add(key[:2])
            if len(self._known) > MAX_PLANS:
                self._known.popitem(last=False)
                self._documents = {each[:2] for each in self._known}


def _bytes_of(key: Key) -> int:
    document, operation_name, variables = key
    return len(document.encode()) + len((operation_name or "").encode()) + len(variables)


def _key(document: str, operation_name: str | None, variables: Mapping[str, Any]) -> Key:
    return document, operation_name, orjson.dumps(variables, option=orjson.OPT_SORT_KEYS)

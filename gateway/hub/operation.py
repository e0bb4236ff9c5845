"""What is watched, by which authority: equal operations share one group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import orjson

from resolvers.context import Principal
from resolvers.errors import BadInput


@dataclass(frozen=True, slots=True)
class Operation:
    """A subscription as its members share it: two tokens with the same merchant and scopes are the same authority."""

    document: str
    variables: bytes
    name: str | None
    merchant_id: str | None
    scopes: frozenset[str]

    @classmethod
    def of(cls, document: str, variables: Mapping[str, Any] | None, name: str | None, principal: Principal) -> Self:
        """Return the operation that a principal asks for; variables are equal whatever their order.

        Raises BadInput for variables nested deeper than they can be written again, some 250 levels.
        """
        try:
            canonical = orjson.dumps(variables or {}, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            raise BadInput("The variables are nested too deeply.") from None
        return cls(document, canonical, name, principal.merchant_id, principal.scopes)

    @property
    def principal(self) -> Principal:
        """Who looks, in place of each member; members end with their own tokens."""
        return Principal("live", self.merchant_id, self.scopes)

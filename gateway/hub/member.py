"""What a group gives, and to whom."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

from resolvers.executor import Result


@dataclass(frozen=True, slots=True)
class Update:
    """A full value: the execution result as JSON, encoded once for all members."""

    payload: bytes

    @property
    def event_id(self) -> str:
        """Names the value, so that one who comes back can say which it has."""
        return blake2b(self.payload, digest_size=9).hexdigest()


class Member(Protocol):
    """Who watches. Neither call may wait or raise: a slow member must not delay its neighbours."""

    def deliver(self, update: Update) -> None:
        """Take the newest value; one that was not sent yet may be dropped for it."""

    def finish(self, result: Result | None) -> None:
        """Take the last word: why it cannot be watched, or no longer; None where the newest value was the last."""

"""What a client or an operator is told of many events: counts, and the first refusals with their lines."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.ingest.codes import Code, Outcome, Refusal, Verdict
from gateway.ingest.parse import Chunk

MAX_ERRORS: Final = 1_000
UNREADABLE: Final = frozenset({Code.MALFORMED, Code.TRUNCATED, Code.LINE_TOO_LONG})


@dataclass(slots=True)
class Report:
    """Grows chunk by chunk, in the order of lines. ``lines`` up to which all is decided: committed or listed."""

    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0
    lines: int = 0
    errors: list[tuple[int, Refusal]] = field(default_factory=list)
    unreadable: int = 0
    max_errors: int | None = MAX_ERRORS

    def add(self, chunk: Chunk, outcomes: Sequence[Outcome]) -> list[tuple[int, Refusal]]:
        """Count a chunk, given the outcomes of its events; return what was refused of it, in order of lines."""
        refused = list(chunk.refused)
        for number, outcome in zip(chunk.numbers, outcomes, strict=True):
            if outcome is Verdict.ACCEPTED:
                self.accepted += 1
            elif outcome is Verdict.DUPLICATE:
                self.duplicate += 1
            elif isinstance(outcome, Refusal):
                refused.append((number, outcome))
        refused.sort(key=lambda line: line[0])
        self.rejected += len(refused)
        self.unreadable += sum(refusal.code in UNREADABLE for _, refusal in refused)
        self.lines = max(self.lines, chunk.last)
        room = len(refused) if self.max_errors is None else self.max_errors - len(self.errors)
        self.errors += refused[: max(room, 0)]
        return refused

    @property
    def total(self) -> int:
        """How many elements were decided."""
        return self.accepted + self.duplicate + self.rejected

    @property
    def nothing_readable(self) -> bool:
        """Whether there was no event in it at all."""
        return self.unreadable == self.total

    def told(self) -> dict[str, object]:
        """The answer of ``POST /events``."""
        return {
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "rejected": self.rejected,
            "lines": self.lines,
            "errors": list(told_errors(self.errors)),
            "errors_truncated": self.rejected > len(self.errors),
        }


def told_errors(errors: Iterable[tuple[int, Refusal]]) -> Iterable[dict[str, object]]:
    """Each refusal with its line."""
    for line, refusal in errors:
        yield {
            "line": line,
            "event_id": refusal.event_id,
            "code": refusal.code,
            "field": refusal.field,
            "reason": refusal.reason,
        }

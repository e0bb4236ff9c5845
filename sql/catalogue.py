"""The query catalogue: one file per query, each with a header that names its parameters and its row class.

A file begins with comment lines; the first says what the query is for. Two of them are read here::

    -- params: ids text[], first integer
    -- returns: Merchant

``params`` lists name and PostgreSQL type in the order of ``$1``, ``$2`` ...; ``returns`` names a class of
``sql.rows`` or of a module of rows beside it (``sql.<noun>_rows``, ``sql.breakdowns``), or is absent for a statement
whose rows nobody reads.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
QUERIES = FOLDER / "queries"
#: Where row classes are: `rows`, `<noun>_rows`, `breakdowns`.
ROWS = [import_module(f"sql.{path.stem}") for path in (*sorted(FOLDER.glob("*rows.py")), FOLDER / "breakdowns.py")]


@dataclass(frozen=True)
class Parameter:
    """One placeholder: its name for callers, its PostgreSQL type for readers and tests."""

    name: str
    type: str


@dataclass(frozen=True)
class Query:
    """A statement of the catalogue."""

    name: str
    text: str
    parameters: tuple[Parameter, ...]
    row: type[Any] | None

    def bind(self, values: Mapping[str, object]) -> list[object]:
        """Return the values in placeholder order; raise TypeError when a name is missing or unknown."""
        expected = [parameter.name for parameter in self.parameters]
        if set(values) != set(expected):
            raise TypeError(f"{self.name} takes ({', '.join(expected)}), was given ({', '.join(values)})")
        return [values[name] for name in expected]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the row class expects, in order."""
        return tuple(field.name for field in fields(self.row)) if self.row else ()


class Catalogue:
    """All queries, reached by name as attributes: ``Q.merchants_by_id``."""

    def __init__(self, folder: Path) -> None:
        self._queries = {path.stem: parse(path.stem, path.read_text()) for path in sorted(folder.glob("*.sql"))}

    def __getattr__(self, name: str) -> Query:
        try:
            return self._queries[name]
        except KeyError:
            raise AttributeError(f"no query named {name}: there is no file queries/{name}.sql") from None

    def __iter__(self) -> Iterator[Query]:
        return iter(self._queries.values())


def parse(name: str, text: str) -> Query:
    """Read one query file; raise ValueError where header and placeholders disagree."""
    header = dict(re.findall(r"^-- (params|returns): (.*)$", text, flags=re.MULTILINE))
    parameters = tuple(
        Parameter(*item.strip().split(" ", 1)) for item in header.get("params", "").split(",") if item.strip()
    )
    body = re.sub(r"^--.*$", "", text, flags=re.MULTILINE)
    used = {int(number) for number in re.findall(r"\$(\d+)", body)}
    if used != set(range(1, len(parameters) + 1)):
        raise ValueError(
            f"queries/{name}.sql: the header lists {len(parameters)} parameters, the text uses {sorted(used)}"
        )
    return Query(name, text, parameters, _row_class(header["returns"]) if "returns" in header else None)


def _row_class(name: str) -> type[Any]:
    for module in ROWS:
        if (found := getattr(module, name, None)) is not None:
            row: type[Any] = found
            return row
    raise ValueError(f"no module of rows in sql/ has a class {name}")


Q = Catalogue(QUERIES)

"""The named documents that the program itself runs: REST, reports, warmer and pages.

One operation a file, which is named as the operation, in snake case; a test validates each.
"""

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """Return the names of all documents."""
    return sorted(path.stem for path in FOLDER.glob("*.graphql"))


@cache
def document(name: str) -> str:
    """Return a document by its name, such as `dashboard`; raise FileNotFoundError."""
    return (FOLDER / f"{name}.graphql").read_text(encoding="utf-8")

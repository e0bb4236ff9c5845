"""What the documentation says about the program is what the program says about itself."""

import re
from dataclasses import fields
from pathlib import Path

from gateway.settings import Settings, variable

DOCS = Path(__file__).parents[2] / "docs"


def test_every_setting_is_documented() -> None:
    text = (DOCS / "running.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(Z402_[A-Z_]+)`", text))
    assert told == {variable(item.name) for item in fields(Settings)}

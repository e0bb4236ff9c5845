"""What the documentation says about the program is what the program says about itself."""

import re
from dataclasses import fields
from pathlib import Path

from gateway.settings import Settings, load, variable

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
#: What the image decides: its data lie in its user's home, and it listens where Docker expects it.
FIXED = {"data_dir", "host", "port"}


def test_every_setting_is_documented() -> None:
    text = (DOCS / "running.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(Z402_[A-Z_]+)`", text))
    assert told == {variable(item.name) for item in fields(Settings)}


def test_every_setting_reaches_the_containers_and_is_not_set_where_nobody_did() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    given = dict(re.findall(r"^    (Z402_[A-Z_]+): (.+)$", text, flags=re.MULTILINE))
    assert set(given) == {variable(item.name) for item in fields(Settings) if item.name not in FIXED}
    optional = {name: told for name, told in given.items() if told.endswith(":-}")}
    assert optional == {name: f"${{{name}:-}}" for name in optional}
    assert set(given) - set(optional) == {
        "Z402_DATABASE_URL",
        "Z402_REDIS_URL",
        "Z402_JWT_SECRET",
        "Z402_EXPORT_DIR",
    }
    assert load(dict.fromkeys(optional, "")) == load({})


def test_the_containers_keep_exports_in_a_folder_that_the_image_gives_its_user() -> None:
    folder = "/var/lib/z402/exports"
    assert f"Z402_EXPORT_DIR: {folder}\n" in (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    before, _, _ = (ROOT / "docker" / "Dockerfile").read_text(encoding="utf-8").partition("\nUSER z402\n")
    assert f"install -d -o z402 -g z402 {folder}\n" in before

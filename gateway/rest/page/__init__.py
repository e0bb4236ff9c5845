"""The page that shows the routes to people: whole in itself, written from the OpenAPI document."""

import base64
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from gateway.rest.openapi import document
from gateway.rest.routes import PREFIX

FOLDER = Path(__file__).parent
CODE = re.compile("`([^`]+)`")
KEPT = "public, max-age=300"


async def openapi(_: Request) -> Response:
    """Answer with the OpenAPI document."""
    return JSONResponse(document(), headers={"cache-control": KEPT})


async def docs(_: Request) -> Response:
    """Answer with the page."""
    style, script = (_text(f"page.{suffix}") for suffix in ("css", "js"))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_digest(style)}'",
            f"script-src '{_digest(script)}'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
    return HTMLResponse(_page(), headers={"content-security-policy": policy, "cache-control": KEPT})


@cache
def _page() -> str:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["told"] = _told
    return environment.get_template("page.html").render(
        document=document(),
        prefix=PREFIX,
        anchor=lambda path: path.removeprefix(PREFIX).strip("/").replace("/", "-"),
        outline=_outline,
        style=Markup(_text("page.css")),
        script=Markup(_text("page.js")),
    )


def _told(text: str) -> Markup:
    """Write what is between backticks as code."""
    return Markup(CODE.sub(r"<code>\1</code>", str(escape(text))))


def _outline(path: str) -> str:
    content = document()["paths"][path]["get"]["responses"]["200"]["content"]
    if set(content) != {"application/json"}:
        return "\n".join(content)
    return json.dumps(_example(content["application/json"]["schema"]), indent=2)


def _example(schema: dict[str, Any]) -> Any:
    """Return a value of a schema, in which a text says what it stands for."""
    if "$ref" in schema:
        return _example(document()["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        given = [each for each in schema["anyOf"] if each.get("type") != "null"]
        return _example(given[0])
    if schema.get("type") == "object":
        return {name: _example(each) for name, each in schema["properties"].items()}
    if schema.get("type") == "array":
        return [_example(schema["items"])]
    return {"integer": 0, "number": 0.5, "boolean": False}.get(schema.get("type", ""), "text")


@cache
def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

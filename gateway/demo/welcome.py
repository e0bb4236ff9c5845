"""What the demo tells: where to look, and with which tokens."""

from datetime import timedelta
from typing import Final

from rich.console import Console
from rich.text import Text

from gateway.auth import mint_token
from gateway.demo.merchants import merchants

LIFETIME: Final = timedelta(days=7)


def admin_token(secret: str) -> str:
    """Everything, over all merchants."""
    scopes = ("admin", "analytics:read", "events:write", "exports:read")
    return mint_token(secret, "demo-admin", scopes=scopes, lifetime=LIFETIME)


def merchant_token(secret: str, merchant_id: str) -> str:
    """One merchant's own view."""
    scopes = ("analytics:read", "events:write", "exports:read")
    return mint_token(secret, f"demo-{merchant_id}", scopes=scopes, merchant_id=merchant_id, lifetime=LIFETIME)


def feeder_tokens(secret: str) -> dict[str, str]:
    """What the live stream needs, and no more: for each merchant a token that may only write its events."""
    return {
        merchant.id: mint_token(
            secret, "demo-feeder", scopes=("events:write",), merchant_id=merchant.id, lifetime=timedelta(days=365)
        )
        for merchant in merchants()
    }


def show_welcome(console: Console, base_url: str, secret: str, *, with_merchant: bool) -> None:
    """Prints addresses and tokens, each on a line of its own, so that it can be copied whole."""
    admin, busiest = admin_token(secret), merchants()[0]
    console.print("\n[bold green]The gateway answers.[/bold green] Open these:\n")
    _line(console, "dashboard", f"{base_url}/#token={admin}")
    _line(console, "explorer", f"{base_url}/graphql#token={admin}")
    console.print(f"\nTokens, valid for {LIFETIME.days} days, to be sent as `Authorization: Bearer TOKEN`:\n")
    _line(console, "admin", admin)
    if with_merchant:
        _line(console, busiest.name, merchant_token(secret, busiest.id))
    console.print("\n[dim]Ctrl-C stops everything.[/dim]\n")


def _line(console: Console, label: str, value: str) -> None:
    console.print(Text(f"  {label:<13} ", style="bold"), end="")
    console.print(Text(value, style="cyan", no_wrap=True, overflow="ignore"), soft_wrap=True)

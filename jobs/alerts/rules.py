"""Which addresses a webhook may have."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from jobs.alerts.hosts import host_fault

MAX_URL: Final = 2_000


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """What an operator allows: unencrypted HTTP, addresses that are not public."""

    http: bool = False
    private: bool = False


#: What holds where nobody says otherwise.
STRICT: Final = WebhookRules()


def url_fault(url: str, rules: WebhookRules) -> str | None:
    """Return what is wrong with a webhook's URL and what to send instead; None where nothing is."""
    schemes = "https:// or http://" if rules.http else "https://"
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"must be a URL of at most {MAX_URL:,} printable ASCII characters."
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return f"must be a URL such as {schemes.split(maxsplit=1)[0]}shop.example/hook."
    if parts.scheme not in (("https", "http") if rules.http else ("https",)) or not host:
        return f"must begin with {schemes} and name a host."
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password; deliveries are signed instead."
    if parts.fragment:
        return "must not have a fragment (#...), which is never sent."
    if port == 0:
        return "must have a port from 1 to 65535, or none."
    return host_fault(host, private=rules.private)

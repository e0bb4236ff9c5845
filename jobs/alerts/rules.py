"""Which addresses a webhook may have. Nothing here asks the network: names are judged when they were looked up."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

MAX_URL: Final = 2_000
# They stand for an IPv4 address that they carry, which may be a private one.
TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))


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
        host, _port = parts.hostname, parts.port
    except ValueError:
        return f"must be a URL such as {schemes.split(maxsplit=1)[0]}shop.example/hook."
    if parts.scheme not in (("https", "http") if rules.http else ("https",)) or not host:
        return f"must begin with {schemes} and name a host."
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password; deliveries are signed instead."
    if parts.fragment:
        return "must not have a fragment (#...), which is never sent."
    try:
        address = ip_address(host)
    except ValueError:
        return None  # a name: judged when it is called
    return None if rules.private or is_public(address) else "names an address that is not public."


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the whole Internet, and not a neighbour's, our own or many."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved

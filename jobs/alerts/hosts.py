"""Which hosts a webhook may name. Nothing here asks the network: names are judged when they were looked up."""

import re
import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

MAX_NAME: Final = 253
PART: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
# What ends like this is no name but an address, to those who look it up.
NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
# They stand for an IPv4 address that they carry, which may be a private one.
TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"), IPv6Network("2002::/16"))
NOT_PUBLIC: Final = "names an address that is not public."


def host_fault(host: str, *, private: bool) -> str | None:
    """Return what is wrong with a host in small letters; `private` allows those of one's own network."""
    name = host.removesuffix(".")
    parts = name.split(".")
    if ":" in name or NUMBER.fullmatch(parts[-1]):
        return _address_fault(name, private=private)
    if len(name) > MAX_NAME or not all(PART.fullmatch(part) for part in parts):
        return (
            f"must name a host such as shop.example: at most {MAX_NAME} characters, of which each part between dots "
            "has 1 to 63 letters, digits and hyphens, with no hyphen at its ends."
        )
    if private:
        return None
    if parts[-1] == "localhost":
        return NOT_PUBLIC
    return "must name its host in full, such as shop.example." if len(parts) == 1 else None


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Tell whether an address is one of the whole Internet, and not a neighbour's, our own or many."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in TRANSLATED):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _address_fault(written: str, *, private: bool) -> str | None:
    try:
        return None if private or is_public(ip_address(written)) else NOT_PUBLIC
    except ValueError:
        meant = _meant(written)
    if meant is not None and not private and not is_public(meant):
        return NOT_PUBLIC
    return "must write an address as four numbers from 0 to 255, such as 93.184.215.14."


def _meant(written: str) -> IPv4Address | None:
    """Return what a look-up makes of an address that is not written as four numbers: 0x7f.1 is 127.0.0.1."""
    try:
        return IPv4Address(socket.inet_aton(written))
    except OSError:
        return None

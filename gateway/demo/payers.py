"""Who pays: a pool of wallets shared between merchants; a few come back all the time (Zipf's law)."""

from functools import lru_cache
from random import Random
from typing import Final

POOL: Final = 6000
_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SHARES: Final = {
    **dict.fromkeys(("GB", "FR", "JP", "BR"), 2),
    **dict.fromkeys(("CA", "AU", "NL", "PL", "ES", "IT", "SG", "KR"), 1),
    **dict.fromkeys(("MX", "NG", "EG", "AR", "CH", "SE", "UA", "ZA"), 1),
    "US": 5,
    "DE": 3,
    "IN": 3,
}
_WORLD: Final = tuple(country for country, share in _SHARES.items() for _ in range(share))


@lru_cache(maxsize=4)
def addresses(seed: int) -> tuple[str, ...]:
    """Transparent Zcash addresses in their usual form; none of them has a key."""
    rng = Random(f"{seed}/payers")
    return tuple("t1" + "".join(rng.choices(_BASE58, k=33)) for _ in range(POOL))


def pick(rng: Random, payers: int) -> int:
    """The rank of a payer, 0 the most frequent: a rank's chance falls with its inverse."""
    return int(payers ** rng.random()) - 1


def country_of(wallet: int, home: str) -> str:
    """Where a wallet lives: always the same place, more often than not the merchant's."""
    return home if wallet * 31 % 100 < 38 else _WORLD[wallet * 7919 % len(_WORLD)]

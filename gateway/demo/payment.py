"""The life of one payment: created, verified, settled or not, tried again, given back in part."""

from dataclasses import dataclass
from random import Random
from typing import Final

from gateway.demo.catalogue import CATALOGUES
from gateway.demo.event import DAY_MS, Event, Timed
from gateway.demo.failures import INCIDENT, SETTLING, VERIFYING, Failure
from gateway.demo.merchants import DemoMerchant
from gateway.demo.payers import addresses, country_of, pick

_CHALLENGE_MS: Final = 15 * 60_000
_MOST_ATTEMPTS: Final = 3
# The longest that anything follows the payment's beginning: a second refund and its webhook's last retry.
SPILL_DAYS: Final = 7


@dataclass(slots=True)
class Life:
    """A payment under way; `steps` are its events so far, in order, `fields` what each of them carries."""

    id: str
    born: int
    fields: Event
    amount: int
    now: int
    steps: list[Timed]
    attempt: int = 1
    state: str = "created"

    def step(self, kind: str, after_ms: int, more: Event | None = None) -> None:
        """The next event, `after_ms` after the one before."""
        self.now += after_ms
        self.state = kind
        event_id = f"{self.id}-{self.attempt}-{kind}"
        event = {"event_id": event_id, "type": kind, **self.fields}
        if kind != "created":
            event["latency_ms"] = self.now - self.born
            event["step_latency_ms"] = after_ms
        if self.attempt > 1:
            event["attempt"] = self.attempt
        if more:
            event.update(more)
        self.steps.append((self.now, event_id, event))

    def fail(self, failure: Failure, after_ms: int) -> None:
        self.step("failed", after_ms, {"failure_code": failure[0], "failure_reason": failure[1]})


def begin(rng: Random, seed: int, merchant: DemoMerchant, stock: int, born: int) -> Life:
    """A new payment; `stock` shifts the pool of wallets, so that merchants share some of their payers."""
    products = CATALOGUES[merchant.catalogue]
    product = products[pick(rng, len(products))]
    amount = product.price_zat * (1 if product.most == 1 else 1 + pick(rng, product.most))
    shielded = rng.random() < merchant.shielded
    wallets = addresses(seed)
    wallet = (pick(rng, merchant.payers) + stock) % len(wallets)
    payment_id = f"pay_{rng.getrandbits(64):016x}"
    fields: Event = {
        "merchant_id": merchant.id,
        "payment_id": payment_id,
        "amount": amount,
        "method": "shielded" if shielded else "transparent",
        "resource": product.resource,
        "country": country_of(wallet, merchant.country),
    }
    if not shielded:
        fields["payer"] = wallets[wallet]
    life = Life(payment_id, born, fields, amount, born, [])
    life.step("created", 0)
    return life


def play(rng: Random, merchant: DemoMerchant, life: Life, incident: tuple[int, int]) -> None:
    """Everything that happens to it, up to its end; a few simply stop, as wallets do."""
    fate = rng.random()
    if fate < merchant.abandoned:
        if fate < merchant.abandoned * 0.2:
            life.fail(("PAYER_CANCELLED", "Payer closed the payment request"), int(rng.uniform(4_000, 90_000)))
        else:
            life.step("expired", _CHALLENGE_MS)
        return
    while life.attempt <= _MOST_ATTEMPTS:
        _attempt(rng, merchant, life, incident)
        if life.state != "failed" or life.attempt == _MOST_ATTEMPTS or rng.random() > 0.62:
            break
        life.attempt += 1
        life.step("retried", int(rng.lognormvariate(9.9, 0.6)))
    if life.state == "settled" and rng.random() < 0.014:
        _refund(rng, merchant, life)


def _attempt(rng: Random, merchant: DemoMerchant, life: Life, incident: tuple[int, int]) -> None:
    """One try: verification in one to three seconds, settlement with the next block, 75 s on average."""
    random = rng.random
    life.step("verifying", 40 + int(random() * 260))
    if random() < 0.003:
        return
    if random() < merchant.failing * 0.6:
        life.fail(VERIFYING.draw(rng), int(rng.lognormvariate(7.2, 0.45)))
        return
    life.step("verified", int(rng.lognormvariate(7.35, 0.38)))
    if incident[0] <= life.now < incident[1] and random() < 0.7:
        life.fail(INCIDENT.draw(rng), int(rng.lognormvariate(10.2, 0.5)))
    elif random() < merchant.failing * 0.4:
        life.fail(SETTLING.draw(rng), int(rng.lognormvariate(11.6, 0.4)))
    else:
        life.step("settled", int(rng.lognormvariate(11.15, 0.42)), {"fee": fee_of(life.amount)})


def fee_of(amount: int) -> int:
    """The facilitator's fee: 1 %, at least 50 zatoshi, never more than the amount itself."""
    return min(amount, max(50, amount // 100))


def _refund(rng: Random, merchant: DemoMerchant, life: Life) -> None:
    """All of it, or a part, or two parts, within days; within hours where the merchant is new."""
    days = min(5, merchant.history_days / 4)
    percents = rng.choice(((100,), (100,), (50,), (25,), (80,), (30, 20)))
    for number, percent in enumerate(percents, start=1):
        after = int(rng.random() ** 2 * days * DAY_MS / len(percents)) + 30_000
        given_back = life.amount * percent // 100
        part: Event = {"amount": given_back, "fee": fee_of(life.amount) * percent // 100}
        life.step(f"refunded-{number}" if number > 1 else "refunded", after, {**part, "type": "refunded"})
    life.state = "refunded"
    if rng.random() < 0.05:
        _take_back(life, int(rng.uniform(1, 6) * 3_600_000))


def _take_back(life: Life, after_ms: int) -> None:
    """The last refund was booked by mistake: it is void."""
    _, mistaken, _ = life.steps[-1]
    life.now += after_ms
    event: Event = {"event_id": f"{mistaken}-corrected", "type": "corrected", "corrects": mistaken}
    event |= {"merchant_id": life.fields["merchant_id"], "payment_id": life.id}
    life.steps.append((life.now, f"{mistaken}-corrected", event))

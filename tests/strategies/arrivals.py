"""Whole scenarios: merchants, what happened to them, and the odd ways in which word of it arrives."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.factories import WireEvent, corrected, time_of
from tests.oracle.merchants import Merchant
from tests.oracle.windows import PERIODS, to_date
from tests.oracle.zones import hour_start
from tests.strategies.events import events
from tests.strategies.times import instants, zones

ID_STARTS = ("e", "E", "_", "~", "é", "-")  # sorted otherwise by every collation but "C"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Merchants, the lines about them in their order of arrival, and the instant to ask about."""

    merchants: tuple[Merchant, ...]
    lines: tuple[WireEvent, ...]
    at: datetime

    def under(self, prefix: str) -> "Scenario":
        """The same with other merchant ids, so that a store can hold many scenarios side by side."""
        merchants = tuple(replace(merchant, id=prefix + merchant.id) for merchant in self.merchants)
        lines = tuple({**line, "merchant_id": f"{prefix}{line['merchant_id']}"} for line in self.lines)
        return Scenario(merchants, lines, self.at)


def anchors(merchant: Merchant, at: datetime) -> list[datetime]:
    """The instants at which what the merchant sees at `at` begins and ends; those that hold for all of it thrice."""
    windows = [to_date(period, at, merchant.zone, merchant.week_start) for period in PERIODS]
    edges = [edge for found in windows for edge in (found.current.lo, found.previous.lo, found.previous.hi)]
    return [at, at - merchant.pending_timeout] * 3 + [hour_start(at, merchant.zone), *edges]


@st.composite
def merchants(draw: st.DrawFn, merchant_id: str = "m0") -> Merchant:
    """A merchant of any zone, week start and timeout."""
    minutes = draw(st.sampled_from([60, 1, 15, 1440]))
    week_start = draw(st.sampled_from([0, 6, 5, 4, 2]))
    return Merchant(merchant_id, draw(zones()), week_start, timedelta(minutes=minutes))


@st.composite
def scenarios(draw: st.DrawFn, max_events: int = 25, conflicts: bool = True) -> Scenario:
    """One to three merchants and events around all that is near `at`: repeated, contradicted, taken back, shuffled.

    Without `conflicts` no id comes with two contents, so that the order of arrival cannot matter.
    """
    found = [draw(merchants(f"m{n}")) for n in range(draw(st.sampled_from([1, 1, 2, 3])))]
    at = draw(instants(found[0].zone))
    near = [anchor for merchant in found for anchor in anchors(merchant, at)]
    happened = draw(st.lists(events([merchant.id for merchant in found], near), max_size=max_events))
    lines = [{**event, "event_id": draw(event_ids(n))} for n, event in enumerate(happened)]
    if lines:
        lines += draw(corrections(lines))
        lines += draw(st.lists(repeats(lines), max_size=4))
        lines += draw(st.lists(contradictions(lines), max_size=3 if conflicts else 0))
    return Scenario(tuple(found), tuple(draw(st.permutations(lines))), at)


def event_ids(number: int) -> SearchStrategy[str]:
    """Ids, other ones for other numbers, of which some begin as others do, for those that order events by id."""
    starts = st.sampled_from(ID_STARTS)
    return st.builds("{}{}".format, starts, st.sampled_from([f"{number}.", "1" * (number + 1)]))


@st.composite
def corrections(draw: st.DrawFn, lines: Sequence[WireEvent]) -> list[WireEvent]:
    """Corrections of steps of payments, of nothing, and of a correction, which does nothing."""
    steps = [line for line in lines if "payment_id" in line and "type" in line]
    if not steps:
        return []
    taken_back = draw(st.lists(st.sampled_from(steps), max_size=4, unique_by=lambda line: line["event_id"]))
    found = [corrected(step, event_id=f"c{n}") for n, step in enumerate(taken_back)]
    correct_a_correction: bool = draw(st.booleans())
    if found and correct_a_correction:
        found.append(corrected(found[0], event_id="cc"))
    name_nothing: bool = draw(st.booleans())
    if name_nothing:
        found.append(corrected(steps[0], event_id="c-nothing", corrects="no-such-event"))
    return found


@st.composite
def repeats(draw: st.DrawFn, lines: Sequence[WireEvent]) -> WireEvent:
    """The same event again, as another client might write it: other zone, digits as text, defaults told or not."""
    again = dict(draw(st.sampled_from(lines)))
    if draw(st.booleans()):
        moment = datetime.fromisoformat(str(again["occurred_at"]))
        again["occurred_at"] = moment.astimezone(ZoneInfo("Asia/Kathmandu")).isoformat()
    if "amount" in again and draw(st.booleans()):
        again["amount"] = str(again["amount"])
    if again.get("attempt") == 1 and draw(st.booleans()):
        del again["attempt"]
    if "type" in again and draw(st.booleans()):
        again = {"stream": "payment_events", "country": None, **again}
    return again


@st.composite
def contradictions(draw: st.DrawFn, lines: Sequence[WireEvent]) -> WireEvent:
    """A known id with other content: another time, amount or payment, or another event altogether.

    Never that of a correction: whether one that names what cannot be taken back is kept depends on what came before.
    """
    events = st.sampled_from([line for line in lines if "corrects" not in line])
    other = dict(draw(events))
    change = draw(st.sampled_from(["time", "amount", "payment", "event"]))
    if change == "amount" and "amount" in other:
        other["amount"] = int(str(other["amount"])) // 2 + 1
    elif change == "payment" and "payment_id" in other:
        other["payment_id"] = f"{other['payment_id']}-other"
    elif change == "event":
        other = {**draw(events), "event_id": other["event_id"], "merchant_id": other["merchant_id"]}
    else:
        moment = datetime.fromisoformat(str(other["occurred_at"]))
        other["occurred_at"] = time_of(moment - timedelta(microseconds=1))
    return other

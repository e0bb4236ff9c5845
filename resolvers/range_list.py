"""What a cursor of a list over a range belongs to."""

from resolvers.range_input import RangeInput
from resolvers.scope import Scope


def list_name(what: str, scope: Scope, asked: RangeInput) -> str:
    """Return what tells a list from others: of whom, of which range, in which zone, and when, if that was asked.

    The range is told as it was asked for: it may move with the clock.
    """
    named = [each for each in (asked.days, asked.month, asked.period, asked.between) if each]
    when = "" if scope.at == scope.context.now else scope.at.isoformat()
    return f"{what} of {scope.merchant.merchant_id} in {named!r} {scope.merchant.zone} {when}"

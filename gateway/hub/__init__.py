"""Live answers: computed once for all who watch the same, and only when something changed.

`hub` holds the groups. A `group` is an operation under an authority with those who watch it; it runs the operation
again when `changes` says that a merchant's events came in, when the clock changes the answer, and at least every
half minute. `changes` hears of events by Redis (`listener`), and while Redis is away by looking at the database
(`poller`). What a group computes is one `Update`: the same bytes for each member, whatever transport it came by.
"""

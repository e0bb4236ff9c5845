"""The judge of every number: plain Python over the raw events, as they are sent.

It imports nothing of ours, so that no mistake can be made twice the same way, and it prefers the definition
to speed: rows are grouped and each measure is one expression over the events of its row. Amounts are exact
integers of zatoshi, rates and averages exact `Fraction`s, times aware and in UTC, ranges half-open. A noun
per file: `events` (what counts at all), `payments` (states), `families`, `measures`, `levels` (aggregates),
`zones` and `windows` (local time), `totals` (any range), `comparison`, `realtime` and `dashboard` (what a
merchant sees).
"""

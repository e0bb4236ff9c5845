"""Metrics: each declared once, and the query over all of them.

A metric is data, in `payments`, `traffic` and `durations`: its slug, its unit, what it is made of and the families
that have it. From the declarations come the GraphQL enum and its descriptions (`names`), the documentation
(`catalogue`) and what alerts can watch (`registry.METRICS`). `question` turns arguments into
keys, `cells` asks each family once for all keys of an operation, `columns` computes: totals and groups are counted
anew from what they hold, never put together from other answers.
"""

"""The REST routes under /api/v1/analytics: each runs a named document and tells its answer in a shape of its own.

A route is one row of a table (`routes`): its path, its operation, its parameters, and what shapes the answer. The
endpoint does for all of them what HTTP wants; the OpenAPI document is written from the same table.
"""

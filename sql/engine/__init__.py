"""Two ways to keep one aggregate: continuous (TimescaleDB) and rollup (plain PostgreSQL, Citus).

``detect`` tells which engine a database has. Each aggregate is one SELECT under ``sql/aggregates``; the
modules here add the DDL around it, so that views and ``<family>_over`` functions have the same names and
columns everywhere.
"""

from sql.engine.aggregate import AGGREGATES, Aggregate
from sql.engine.detect import Engine, detect

__all__ = ["AGGREGATES", "Aggregate", "Engine", "detect"]

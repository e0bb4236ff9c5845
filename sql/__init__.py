"""What we ask PostgreSQL.

Every statement is a named file: ``queries/`` holds what the program asks, ``aggregates/`` one SELECT per
aggregate, ``migrations/`` the schema. The catalogue ``Q`` is loaded and checked at import. Nothing here
imports anything else of ours, and nothing above here knows which engine answers.
"""

from sql.catalogue import Q, Query
from sql.database import Database, NotAddedUp, RawEventsGone, StoreUnavailable

__all__ = ["Database", "NotAddedUp", "Q", "Query", "RawEventsGone", "StoreUnavailable"]

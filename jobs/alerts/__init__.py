"""Alerts: read each minute, written down when they cross, told by signed webhook until the endpoint takes them.

`evaluation` reads all of them by the named document `alert_readings` and records crossings, where all could be read in
the transaction that ends the run; `delivery` claims what is to be told and `sending` tells it. `rules` says which
addresses may be called: resolvers ask it too.
"""

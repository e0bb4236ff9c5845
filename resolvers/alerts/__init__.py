"""Alerts: a merchant's thresholds on any metric, how they stand, and each time that one was crossed.

The worker reads them all by the field `alertReadings`, so that what fires is what anybody can ask.
"""

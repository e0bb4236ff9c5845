"""Benchmarks: each figure beside its floor or its peer, measured in the same run, and told as a ratio.

``python -m tests.benchmarks [NAME ...]`` runs them, on servers of its own or on Z402_TEST_DATABASE_URL. Absolute
figures belong to one machine on one day; the ratios travel.
"""

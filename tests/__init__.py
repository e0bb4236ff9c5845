"""Tests mirror the folders and run against real PostgreSQL and Valkey.

Only the clock and outside services are faked. Warnings are errors.
"""

"""Tests mirror the folders and run against real PostgreSQL and Valkey; only the clock and outside services are faked."""

"""Sends mail."""

LIMIT = 3

"""Sends mail."""
import os

__doc__ = os.environ.get("TEXT")

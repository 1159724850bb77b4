"""Writes of the integrations: each goes through the action that a page would call."""

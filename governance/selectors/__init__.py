"""Reads of gates, closures, periods and the ledger."""

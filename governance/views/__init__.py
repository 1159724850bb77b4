"""The pages and panels of gates, closures, decisions, periods and the ledger."""

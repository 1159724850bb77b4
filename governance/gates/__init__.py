"""Requests to pass a gate, confirmations, and the one place where a decision is written and carried out.

Owns: requests, approvals, decisions; the registries of facts and contents that others supply.
"""

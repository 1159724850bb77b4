"""Gate requests, confirmations and decisions."""

from .gates import GateApproval, GateDecision, GateRequest

__all__ = ["GateApproval", "GateDecision", "GateRequest"]

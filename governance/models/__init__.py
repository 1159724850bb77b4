"""Gate requests, confirmations and decisions; what a change request proposes."""

from .changes import PlanChange, PlanChangeDate, PlanChangeLine, PlanChangeMonth
from .gates import GateApproval, GateDecision, GateRequest

__all__ = [
    "GateApproval",
    "GateDecision",
    "GateRequest",
    "PlanChange",
    "PlanChangeDate",
    "PlanChangeLine",
    "PlanChangeMonth",
]

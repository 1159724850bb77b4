"""Gate requests, confirmations and decisions; what a change request proposes; meetings and what committees decide."""

from .changes import PlanChange, PlanChangeDate, PlanChangeLine, PlanChangeMonth
from .deviations import CounterMeasure, Deviation, DeviationDecision, DeviationOption, DeviationStep
from .gates import GateApproval, GateDecision, GateRequest
from .meetings import (
    AgendaItem,
    Attendance,
    Ballot,
    Meeting,
    MeetingAgenda,
    MeetingVote,
    MinuteNote,
    Minutes,
    Motion,
)
from .resolutions import Circulation, CirculationVote, CommitteeDecision, Condition

__all__ = [
    "AgendaItem",
    "Attendance",
    "Ballot",
    "Circulation",
    "CirculationVote",
    "CommitteeDecision",
    "Condition",
    "CounterMeasure",
    "Deviation",
    "DeviationDecision",
    "DeviationOption",
    "DeviationStep",
    "GateApproval",
    "GateDecision",
    "GateRequest",
    "Meeting",
    "MeetingAgenda",
    "MeetingVote",
    "MinuteNote",
    "Minutes",
    "Motion",
    "PlanChange",
    "PlanChangeDate",
    "PlanChangeLine",
    "PlanChangeMonth",
]

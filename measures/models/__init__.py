"""Measures, their money, dates, evidence and computed statuses."""

from .documents import Document
from .effects import Baseline, EffectLine, EffectMonth, PlanMonth, PlanVersion
from .measure import Measure
from .milestones import Milestone
from .risks import Risk
from .statuses import MeasureStatus, MeasureTotals, StatusChange, StatusOverride

__all__ = [
    "Baseline",
    "Document",
    "EffectLine",
    "EffectMonth",
    "Measure",
    "MeasureStatus",
    "MeasureTotals",
    "Milestone",
    "PlanMonth",
    "PlanVersion",
    "Risk",
    "StatusChange",
    "StatusOverride",
]

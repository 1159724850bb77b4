"""Measures, their money, dates, evidence and computed statuses."""

from .documents import Document
from .effects import (
    Baseline,
    EffectLine,
    EffectMonth,
    EffectPeriod,
    ForecastRevision,
    LeakageEntry,
    PlanMilestone,
    PlanMonth,
    PlanVersion,
    PriceVolumeProof,
)
from .findings import Finding
from .forecasts import ForecastCheck
from .measure import Measure
from .milestones import Dependency, Milestone, PullForward
from .ripples import Ripple, RippleAnswer, RippleHop, RippleMoney
from .risks import Risk
from .statuses import LockedStanding, MeasureStatus, MeasureTotals, MeasureYear, StatusChange, StatusOverride

__all__ = [
    "Baseline",
    "Dependency",
    "Document",
    "EffectLine",
    "EffectMonth",
    "EffectPeriod",
    "Finding",
    "ForecastCheck",
    "ForecastRevision",
    "LeakageEntry",
    "LockedStanding",
    "Measure",
    "MeasureStatus",
    "MeasureTotals",
    "MeasureYear",
    "Milestone",
    "PlanMilestone",
    "PlanMonth",
    "PlanVersion",
    "PriceVolumeProof",
    "PullForward",
    "Ripple",
    "RippleAnswer",
    "RippleHop",
    "RippleMoney",
    "Risk",
    "StatusChange",
    "StatusOverride",
]

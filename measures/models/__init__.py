"""Measures, their money, dates, evidence and computed statuses."""

from .corrections import Correction
from .documents import Document, DocumentLine, DocumentOpening
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
from .enablers import EnablerAnswer
from .findings import Finding, TakenMonth
from .forecasts import ForecastCheck
from .measure import Measure
from .milestones import Dependency, Milestone, PullForward
from .months import HandedMonth
from .ripples import Ripple, RippleAnswer, RippleHop, RippleMoney
from .risks import Risk
from .standings import LockedStanding
from .statuses import MeasureStatus, MeasureTotals, MeasureYear, StatusChange, StatusOverride

__all__ = [
    "Baseline",
    "Correction",
    "Dependency",
    "Document",
    "DocumentLine",
    "DocumentOpening",
    "EffectLine",
    "EffectMonth",
    "EffectPeriod",
    "EnablerAnswer",
    "Finding",
    "ForecastCheck",
    "ForecastRevision",
    "HandedMonth",
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
    "TakenMonth",
]

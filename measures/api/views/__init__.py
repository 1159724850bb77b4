"""The views of the measures' API, by topic."""

from .dates import (
    MilestoneComplete,
    MilestoneDetail,
    MilestoneForecast,
    MilestoneList,
    RiskDetail,
    RiskList,
)
from .documents import DocumentDetail, DocumentDownload, DocumentList, DocumentWithdraw
from .findings import FindingDetail, FindingList, FindingResolve, MeasureFindings
from .measures import ForecastConfirm, MeasureDetail, MeasureList, MeasureMove, OverlapCheck, OverrideCreate
from .money import (
    ActualsMonths,
    ActualsReturn,
    ActualsValidate,
    BaselineApprove,
    BaselineList,
    EffectLineDetail,
    EffectLineList,
    ForecastMonths,
    PlanMonths,
)

__all__ = [
    "ActualsMonths",
    "ActualsReturn",
    "ActualsValidate",
    "BaselineApprove",
    "BaselineList",
    "DocumentDetail",
    "DocumentDownload",
    "DocumentList",
    "DocumentWithdraw",
    "EffectLineDetail",
    "EffectLineList",
    "FindingDetail",
    "FindingList",
    "FindingResolve",
    "ForecastConfirm",
    "ForecastMonths",
    "MeasureDetail",
    "MeasureFindings",
    "MeasureList",
    "MeasureMove",
    "MilestoneComplete",
    "MilestoneDetail",
    "MilestoneForecast",
    "MilestoneList",
    "OverlapCheck",
    "OverrideCreate",
    "PlanMonths",
    "RiskDetail",
    "RiskList",
]

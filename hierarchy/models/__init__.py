"""The organization's tree and its master data."""

from .committees import Committee, CommitteeMember
from .deputies import Deputy
from .grants import RoleGrant
from .master import Account, BusinessUnit, ExchangeRate, Function, LegalEntity
from .node import Node
from .periods import ReportingPeriod
from .rates import RateChange, RateSet
from .settings import OrganizationSettings, OwnDay
from .snapshots import LockedNode
from .targets import Target

__all__ = [
    "Account",
    "BusinessUnit",
    "Committee",
    "CommitteeMember",
    "Deputy",
    "ExchangeRate",
    "Function",
    "LegalEntity",
    "LockedNode",
    "Node",
    "OrganizationSettings",
    "OwnDay",
    "RateChange",
    "RateSet",
    "ReportingPeriod",
    "RoleGrant",
    "Target",
]

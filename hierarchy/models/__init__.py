"""The organization's tree and its master data."""

from .committees import Committee, CommitteeMember
from .grants import RoleGrant
from .master import Account, BusinessUnit, ExchangeRate, Function, LegalEntity
from .node import Node
from .periods import ReportingPeriod
from .settings import OrganizationSettings
from .targets import Target

__all__ = [
    "Account",
    "BusinessUnit",
    "Committee",
    "CommitteeMember",
    "ExchangeRate",
    "Function",
    "LegalEntity",
    "Node",
    "OrganizationSettings",
    "ReportingPeriod",
    "RoleGrant",
    "Target",
]

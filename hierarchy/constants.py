"""The levels, the periods and the vocabulary of the organization tree."""

from django.db import models


class Level(models.IntegerChoices):
    """The levels above a measure, always in this order, each with one parent of the level above."""

    ORGANIZATION = 0, "Organization"
    PORTFOLIO = 1, "Portfolio"
    PROGRAM = 2, "Program"
    PROJECT = 3, "Project"
    PACKAGE = 4, "Measure package"


class PeriodState(models.TextChoices):
    """A reporting period: open for entries, handed in, confirmed, and closed for good."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", "Submitted"
    VALIDATED = "validated", "Validated"
    LOCKED = "locked", "Locked"


class RateKind(models.TextChoices):
    """Rate sets (domain 6.10). Performance is reported at the plan rate of its fiscal year."""

    PLAN = "plan", "Plan"
    AVERAGE = "avg", "Average"
    CLOSING = "close", "Closing"


class MasterKind(models.TextChoices):
    """The lists of master data."""

    LEGAL_ENTITY = "legal_entity", "Legal entity"
    BUSINESS_UNIT = "business_unit", "Business unit"
    FUNCTION = "function", "Function"
    ACCOUNT = "account", "Account"

    @property
    def plural(self) -> str:
        return "Legal entities" if self is MasterKind.LEGAL_ENTITY else f"{self.label}s"


class TargetKind(models.TextChoices):
    """What a top-down target asks for."""

    RUN_RATE = "run_rate", "Run-rate"
    IN_YEAR = "in_year", "In year"


class TargetEffect(models.TextChoices):
    """Of what a target asks for so much. Headcount is counted in FTE, all else in the reporting currency."""

    EBITDA = "ebitda", "EBITDA"
    ONE_TIME_COST = "one_time_cost", "One-time cost"
    CAPEX = "capex", "Capex"
    CASH = "cash", "Cash (working capital)"
    FTE = "fte", "Headcount (FTE)"


class Cadence(models.TextChoices):
    """How often a committee meets. Without one it meets when it is called."""

    NONE = "", "When called"
    WEEKLY = "weekly", "Every week"
    FORTNIGHTLY = "fortnightly", "Every two weeks"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"


class SeatRole(models.TextChoices):
    """What a seat is for. The values of chair and member are those of the roles that they bring."""

    CHAIR = "chair", "Chair"
    DEPUTY = "deputy", "Deputy chair"
    MEMBER = "member", "Member"


class Majority(models.TextChoices):
    """What carries a vote. Abstentions and absent members count only against an absolute majority."""

    SIMPLE = "simple", "More for than against"
    ABSOLUTE = "absolute", "More than half of those entitled"


class CastingVote(models.TextChoices):
    """Whose vote decides where as many are for as against."""

    NONE = "", "Nobody: it is not carried"
    CHAIR = "chair", "Who presides"


class CirculationEffect(models.TextChoices):
    """How the outcome of a decision by circulation applies."""

    CHAIR = "chair", "When the chair confirms it"
    AUTOMATIC = "automatic", "By itself"


class DayKind(models.TextChoices):
    """What an organization says of a day of its own, beside weekends and public holidays."""

    CLOSED = "closed", "Closed"
    WORKED = "worked", "Worked"


class Topic:
    """Facts that this app publishes."""

    NODE_MOVED = "hierarchy.node_moved"
    NODE_CHANGED = "hierarchy.node_changed"
    SETTINGS_CHANGED = "hierarchy.settings_changed"
    INVITATION_DUE = "hierarchy.invitation_due"


class Verb(models.TextChoices):
    """What this app writes into the audit."""

    ORGANIZATION_CREATED = "organization.created"
    NODE_CREATED = "node.created"
    NODE_EDITED = "node.edited"
    NODE_MOVED = "node.moved"
    NODE_RETIRED = "node.retired"
    NODE_RESTORED = "node.restored"
    MASTER_CREATED = "master.created"
    MASTER_EDITED = "master.edited"
    MASTER_RETIRED = "master.retired"
    MASTER_RESTORED = "master.restored"
    RATE_SET = "rate.set"
    TARGET_SET = "target.set"
    MEMBER_INVITED = "member.invited"
    INVITATION_RESENT = "member.invitation_resent"
    INVITATION_WITHDRAWN = "member.invitation_withdrawn"
    INVITATION_DECLINED = "member.invitation_declined"
    INVITATION_PRINTED = "member.invitation_printed"
    SECOND_FACTOR_ASKED = "organization.second_factor_asked"
    SECOND_FACTOR_RESET = "member.second_factor_reset"
    MEMBER_ADDED = "member.added"
    MEMBER_EDITED = "member.edited"
    MEMBER_DEACTIVATED = "member.deactivated"
    MEMBER_REACTIVATED = "member.reactivated"
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    DEPUTY_NAMED = "deputy.named"
    DEPUTY_ENDED = "deputy.ended"
    TOKEN_ISSUED = "token.issued"  # noqa: S105
    TOKEN_REVOKED = "token.revoked"  # noqa: S105
    COMMITTEE_CHANGED = "committee.changed"
    ORGANIZATION_CHANGED = "organization.changed"
    SETTINGS_CHANGED = "settings.changed"
    HOLIDAYS_CHANGED = "settings.holidays_changed"
    DAY_SET = "settings.day_set"
    DAY_REMOVED = "settings.day_removed"
    PERIOD_LOCKED = "period.locked"

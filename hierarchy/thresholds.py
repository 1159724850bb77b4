"""Everything that the domain calls a default: an organization may set each, and they reach rules as data."""

from dataclasses import asdict, dataclass, fields
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Settings of an organization, with the domain's defaults; shares are fractions, days are working days.

    Of the clock of deviations only `deviation_cause_days` are working days; its other days are calendar days, and a
    step that falls on a day off is taken on the next working day.
    """

    slip_green_days: int = 5
    slip_amber_days: int = 20
    potential_green: Decimal = Decimal("0.95")
    potential_amber: Decimal = Decimal("0.80")
    potential_zero_tolerance: Decimal = Decimal("1000.00")
    cost_green: Decimal = Decimal("1.00")
    cost_amber: Decimal = Decimal("1.10")
    stale_after_days: int = 62
    rollup_red_share: Decimal = Decimal("0.25")
    rollup_child_share: Decimal = Decimal("0.10")
    closure_months: int = 3
    closure_share: Decimal = Decimal("0.95")
    closure_two_sign_above: Decimal = Decimal("2000000.00")
    sustain_months: int = 6
    sustain_share: Decimal = Decimal("0.90")
    description_length: int = 30
    papers_lock_hours: int = 48
    deviation_slip_days: int = 5
    deviation_share_drop: Decimal = Decimal("0.05")
    deviation_actual_share: Decimal = Decimal("0.90")
    deviation_ripple_days: int = 5
    deviation_budget: Decimal = Decimal("1.00")
    deviation_cause_days: int = 5
    deviation_sponsor_days: int = 7
    deviation_escalate_days: int = 14
    deviation_meeting_days: int = 7
    deviation_wait_days: int = 14
    deviation_compensate_days: int = 30
    close_submit_days: int = 5
    close_validate_days: int = 8
    close_lock_days: int = 10
    weight_0: Decimal = Decimal("0")
    weight_1: Decimal = Decimal("0.10")
    weight_2: Decimal = Decimal("0.40")
    weight_3: Decimal = Decimal("0.70")
    weight_4: Decimal = Decimal("0.90")
    weight_5: Decimal = Decimal("1.00")

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Thresholds":
        """Stored overrides over the defaults; unknown names are ignored, so that old rows stay readable."""
        defaults = cls()
        kinds = {field.name: type(getattr(defaults, field.name)) for field in fields(cls)}
        return cls(**{name: kinds[name](str(value)) for name, value in stored.items() if name in kinds})

    def as_stored(self) -> dict[str, str]:
        """Every value as text, for JSON."""
        return {name: str(value) for name, value in asdict(self).items()}

    def weight(self, doi: int) -> Decimal:
        """The share of an annual effect that counts into the weighted pipeline at this degree (domain 6.5)."""
        return Decimal(getattr(self, f"weight_{doi}"))

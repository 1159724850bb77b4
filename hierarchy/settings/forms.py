"""The form of thresholds and calendar, in groups as people think of them."""

from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cat4.web.fields import AmountField, MonthField, version_field
from cat4.web.formats import LOCALES, month_of_year
from hierarchy.thresholds import Thresholds

GROUPS: list[tuple[str, str, dict[str, str]]] = [
    (
        "Implementation status",
        "Slip in working days",
        {"slip_green_days": "Green up to", "slip_amber_days": "Amber up to, red beyond"},
    ),
    (
        "Potential status",
        "Expected money as a share of the plan",
        {
            "potential_green": "Green from",
            "potential_amber": "Amber from, red below",
            "potential_zero_tolerance": "Tolerance where the plan is 0, in currency",
            "stale_after_days": "A forecast is stale after, in days",
        },
    ),
    (
        "Cost status",
        "Expected cost as a share of what was approved",
        {"cost_green": "Green up to", "cost_amber": "Amber up to, red beyond"},
    ),
    (
        "Roll-up",
        "Shares of the plan value below a node",
        {"rollup_red_share": "Red from", "rollup_child_share": "A child counts by itself from"},
    ),
    (
        "Gates and closure",
        "What a measure must show",
        {
            "description_length": "Characters of a description, at least",
            "closure_months": "Validated months before closing",
            "closure_share": "Each at least this share of the plan",
            "closure_two_sign_above": "Two controllers sign a closure above, reporting currency",
            "sustain_months": "Sustain check each so many months after closing, twice",
            "sustain_share": "Held from this share of the closed run-rate",
        },
    ),
    (
        "Committees",
        "Meetings",
        {"papers_lock_hours": "Papers lock before a meeting, in hours"},
    ),
    (
        "Opening a deviation",
        "Beside every status that turns amber or red",
        {
            "deviation_slip_days": "A slip of more than, in working days",
            "deviation_share_drop": "The share of the plan falls in a month by more than",
            "deviation_actual_share": "An actual below this share of its forecast",
            "deviation_ripple_days": "A slip that moves others by more than, in working days",
            "deviation_budget": "One-time cost above this share of what was approved",
        },
    ),
    (
        "Clock of a deviation",
        "In calendar days, unless said otherwise",
        {
            "deviation_cause_days": "Cause and first counter-measure due, in working days",
            "deviation_sponsor_days": "The sponsor is told what is missing on day",
            "deviation_escalate_days": "The committee has to decide from day",
            "deviation_meeting_days": "A written circulation, unless the committee meets within",
            "deviation_wait_days": "Waiting, once, for at most",
            "deviation_compensate_days": "A measure that compensates is at DoI 2 within",
        },
    ),
    (
        "Closing calendar",
        "Working days after the end of a month",
        {
            "close_submit_days": "Owners hand in by",
            "close_validate_days": "Controllers validate by",
            "close_lock_days": "Locked by",
        },
    ),
    (
        "Weighted pipeline",
        "Share of an annual effect that counts at each degree",
        {f"weight_{doi}": f"DoI {doi}" for doi in range(6)},
    ),
]


class OrganizationForm(forms.Form):
    """The organization itself. `shown` is a digest of the values whose effects the page has shown."""

    version = version_field()
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(max_length=200, label=_("Name"))
    locale = forms.ChoiceField(label=_("Numbers and dates"), help_text=_("As pages, files and mails write them"))
    time_zone = forms.ChoiceField(label=_("Time zone"), help_text=_("When a day begins and a month ends"))
    currency = forms.CharField(
        max_length=3, label=_("Reporting currency"), help_text=_("ISO code. It stays once a month is locked")
    )
    fiscal_year_start = forms.TypedChoiceField(coerce=int, label=_("The fiscal year begins in"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        locales = [(code, get_language_info(code)["name_local"]) for code in LOCALES]
        self.fields["locale"].choices = locales  # type: ignore[attr-defined]
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]
        months = [(number, month_of_year(date(2000, number, 1))) for number in range(1, 13)]
        self.fields["fiscal_year_start"].choices = months  # type: ignore[attr-defined]


class SettingsForm(forms.Form):
    """Every threshold, and the months that can be planned."""

    version = version_field()
    first_month = MonthField(label="First month", help_text="May move to an earlier month only")
    last_month = MonthField(label="Last month", help_text="May move to a later month only")

    deviations_from = forms.DateField(
        required=False, label="Open deviations from", help_text="Empty: always. What was off before waits for this day"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for _title, _sub, labels in GROUPS:
            for name, label in labels.items():
                self.fields[name] = _number(name, label)

    def groups(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """The fields by group, with title and unit."""
        grouped = [(title, sub, [self[name] for name in labels]) for title, sub, labels in GROUPS]
        return [
            *grouped,
            ("Fiscal calendar", "Months that can be planned", [self["first_month"], self["last_month"]]),
            ("Taking over", "For a portfolio that was off plan before", [self["deviations_from"]]),
        ]


def _number(name: str, label: str) -> forms.Field:
    default = getattr(Thresholds(), name)
    if isinstance(default, Decimal):
        return AmountField(label=label, max_digits=12, decimal_places=4, help_text=f"Default {default:f}")
    return forms.IntegerField(label=label, min_value=0, help_text=f"Default {default}")

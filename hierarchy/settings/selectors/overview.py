"""What the overview of the settings and the page of exchange rates show."""

from dataclasses import dataclass

from cat4.accounts.selectors import active_member_ids
from hierarchy.calendar.public_holidays import countries
from hierarchy.constants import Level, MasterKind
from hierarchy.master.selectors.master import master_records
from hierarchy.models import Committee, Node
from hierarchy.organization.selectors import organization_settings
from hierarchy.rates.selectors.overview import missing_plan_rates


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """A line of the overview: where it leads, and what is missing there."""

    title: str
    sub: str
    url_name: str
    args: tuple[str, ...] = ()
    value: str = ""
    tag: str = ""


def settings_lines() -> list[SettingsLine]:
    """The overview, in the order in which an organization is set up."""
    settings = organization_settings()
    members = len(active_member_ids(settings.organization.pk))
    nodes = Node.objects.filter(retired_at__isnull=True, level__gt=Level.ORGANIZATION).count()
    committees = Committee.objects.filter(retired_at__isnull=True).count()
    missing = len(missing_plan_rates())
    return [
        SettingsLine("Structure", "Portfolios, programs, projects, packages", "hierarchy:tree", value=str(nodes)),
        SettingsLine("People", "Members and their roles", "hierarchy:members", value=str(members)),
        SettingsLine("Committees", "Who decides over which part", "hierarchy:committees", value=str(committees)),
        *(_master_line(kind) for kind in MasterKind),
        SettingsLine(
            "Exchange rates", "Plan, average and closing rates", "hierarchy:rates",
            tag=f"{missing} plan rates missing" if missing else "",
        ),
        SettingsLine(
            "Thresholds and calendar", "When a status turns, what a gate asks, which months can be planned",
            "hierarchy:thresholds", value=f"Version {settings.version}",
        ),
        SettingsLine(
            "Working days", "Public holidays and own days off", "hierarchy:calendar",
            value=countries().get(settings.holiday_country, "Weekdays only"),
        ),
        SettingsLine("Gate rules", "What each gate asks for, and who decides", "governance:rules"),
        SettingsLine("Deputies", "Who acts for whom, from when to when", "hierarchy:deputies"),
        SettingsLine("API tokens", "Keys for other systems", "hierarchy:tokens"),
    ]  # fmt: skip


def _master_line(kind: MasterKind) -> SettingsLine:
    subs = {
        MasterKind.LEGAL_ENTITY: "Who books an effect, in which currency",
        MasterKind.BUSINESS_UNIT: "What a measure belongs to",
        MasterKind.FUNCTION: "Which discipline carries it out",
        MasterKind.ACCOUNT: "Where an effect shows",
    }
    count = master_records(kind).count()
    tag = "" if count else "None yet"
    return SettingsLine(kind.plural, subs[kind], "hierarchy:master", (kind.value,), str(count), tag)

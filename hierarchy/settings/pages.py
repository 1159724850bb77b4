"""The overview of the settings and the first steps, in words and with the addresses where each is done."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cat4 import clock
from cat4.fiscal import fiscal_year_bounds
from cat4.web.formats import month_of_year, number
from cat4.wording import listed
from hierarchy.calendar.public_holidays import countries
from hierarchy.constants import MasterKind

from .selectors.first_run import FirstStep, FirstSteps
from .selectors.organization import OrganizationEffects
from .selectors.overview import SettingsOverview

_WHO = "An administrator of the organization does this"
_MASTER = {
    MasterKind.LEGAL_ENTITY: "Who books an effect, in which currency",
    MasterKind.BUSINESS_UNIT: "What a measure belongs to",
    MasterKind.FUNCTION: "Which discipline carries it out",
    MasterKind.ACCOUNT: "Where an effect shows",
}
# Title and text of each step.
_STEPS = {
    FirstStep.ENTITIES: ("Add legal entities", "The companies that book effects, each in its currency."),
    FirstStep.UNITS: (
        "Add business units and functions",
        "What measures belong to and are sorted by: at least one business unit and one function.",
    ),
    FirstStep.PEOPLE: (
        "Add members and roles",
        "A measure needs an owner, a sponsor, a controller who is neither of them, and a committee with a chair. "
        "Give one member the role of portfolio manager.",
    ),
    FirstStep.PORTFOLIO: (
        "Open the first portfolio",
        "Name what is to be delivered, such as “Value plan 2028”. Programs, projects and packages come below it.",
    ),
    FirstStep.MEASURES: (
        "Bring in measures",
        "Import them from a spreadsheet, or let their owners write them, package by package.",
    ),
}


@dataclass(frozen=True, slots=True)
class SettingsLine:
    """A line of the overview: where it leads, and what is missing there."""

    title: str
    sub: str
    href: str
    value: str = ""
    tag: str = ""

    @property
    def tag_kind(self) -> str:
        return "a" if self.tag else ""


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step: `state` is done, now or empty; `reason` says why its action must wait."""

    title: str
    text: str
    state: str
    action_label: str
    action_url: str
    reason: str


def settings_lines(found: SettingsOverview) -> list[SettingsLine]:
    """The overview, in the order in which an organization is set up."""
    missing = f"{found.missing_rates} plan rates missing" if found.missing_rates else ""
    country = countries().get(found.holiday_country, "Weekdays only")
    return [
        _line("Organization", "Name, locale, time zone, reporting currency, fiscal year", "hierarchy:organization"),
        _line("Structure", "Portfolios, programs, projects, packages", "hierarchy:tree", value=str(found.nodes)),
        _line("People", "Members and their roles", "hierarchy:members", value=str(found.members)),
        _line("Committees", "Who decides over which part", "hierarchy:committees", value=str(found.committees)),
        *(_master_line(kind, count) for kind, count in found.master.items()),
        _line("Exchange rates", "Plan, average and closing rates", "hierarchy:rates", tag=missing),
        _line(
            "Thresholds and calendar", "When a status turns, what a gate asks, which months can be planned",
            "hierarchy:thresholds", value=f"Version {found.version}",
        ),
        _line("Working days", "Public holidays and own days off", "hierarchy:calendar", value=country),
        _line("Gate rules", "What each gate asks for, and who decides", "governance:rules"),
        _line("Deputies", "Who acts for whom, from when to when", "hierarchy:deputies"),
        _line("Sign-in", "Of whom a second factor is asked", "hierarchy:second-factor"),
        _line("API tokens", "Keys for other systems", "hierarchy:tokens"),
    ]  # fmt: skip


def effect_sentences(effects: OrganizationEffects) -> list[str]:
    """What a change of the organization does to what is there, before it is saved."""
    return [sentence for field in effects.changes for sentence in _sentences(field, effects)]


def _sentences(field: str, effects: OrganizationEffects) -> list[str]:
    old, new = effects.changes[field]
    match field:
        case "name":
            return [_("Pages, mails, files and the top of the structure say {new} from now on.").format(new=new)]
        case "locale":
            return [_("Numbers and dates are written and read the new way on every page, in files and in mails.")]
        case "time_zone":
            return [_zone_sentence(old, new)]
        case "fiscal_year_start":
            return _year_sentences(new, effects)
        case _:
            return _currency_sentences(old, new, effects)


def _zone_sentence(old: str, new: str) -> str:
    now = clock.now()
    here, there = (f"{now.astimezone(ZoneInfo(zone)):%H:%M}" for zone in (old, new))
    text = _("It is {there} in {new}, and {here} in {old}: days begin and months end by the new clock from now on.")
    return text.format(here=here, there=there, old=old, new=new)


def _year_sentences(start: int, effects: OrganizationEffects) -> list[str]:
    first, last = fiscal_year_bounds(2000, start)
    found = [
        _("A fiscal year runs from {first} to {last}; every in-year figure is computed anew.").format(
            first=month_of_year(first), last=month_of_year(last)
        )
    ]
    if effects.targets:
        found.append(
            ngettext(
                "{n} target keeps its amount and its year, which begins in another month.",
                "{n} targets keep their amounts and their years, which begin in another month.",
                effects.targets,
            ).format(n=number(effects.targets))
        )
    if effects.rates and "currency" not in effects.changes:
        found.append(
            ngettext(
                "{n} plan rate stands at the old first month and no longer counts. Set it for the new year.",
                "{n} plan rates stand at the old first month and no longer count. Set them for the new years.",
                effects.rates,
            ).format(n=number(effects.rates))
        )
    if effects.locked:
        found.append(
            ngettext(
                "{n} locked month keeps the fiscal year that it was locked with.",
                "{n} locked months keep the fiscal year that they were locked with.",
                effects.locked,
            ).format(n=number(effects.locked))
        )
    return found


def _currency_sentences(old: str, new: str, effects: OrganizationEffects) -> list[str]:
    found = [_("Every total is in {new}. It can't be changed again once a month is locked.").format(new=new)]
    if effects.rates:
        found.append(
            ngettext(
                "{n} exchange rate into {old} is withdrawn.",
                "{n} exchange rates into {old} are withdrawn.",
                effects.rates,
            ).format(n=number(effects.rates), old=old)
        )
    if effects.currencies:
        found.append(
            _("Plan rates into {new} are needed for {currencies}.").format(
                new=new, currencies=listed(effects.currencies)
            )
        )
    if effects.targets:
        found.append(
            ngettext(
                "{n} target keeps its number and means {new}.",
                "{n} targets keep their numbers and mean {new}.",
                effects.targets,
            ).format(n=number(effects.targets), new=new)
        )
    found.append(_("Limits of the gate rules and thresholds keep their numbers too. Look them through."))
    return found


def _line(title: str, sub: str, url_name: str, *args: str, value: str = "", tag: str = "") -> SettingsLine:
    return SettingsLine(title, sub, reverse(url_name, args=args), value, tag)


def _master_line(kind: MasterKind, count: int) -> SettingsLine:
    tag = "" if count else "None yet"
    return _line(kind.plural, _MASTER[kind], "hierarchy:master", kind.value, value=str(count), tag=tag)


def step_lines(found: FirstSteps, *, may_act: bool) -> list[StepLine]:
    """Every step with its state; whoever may not act reads who does."""
    return [_step_line(found, step, may_act=may_act) for step in FirstStep]


def _step_line(found: FirstSteps, step: FirstStep, *, may_act: bool) -> StepLine:
    title, text = _STEPS[step]
    label, url_name, *args = _action(found, step)
    is_done = step in found.done
    label = "Change" if is_done else label
    return StepLine(
        title=title,
        text=text,
        state="done" if is_done else "now" if step is found.current else "",
        action_label=label if may_act or not is_done else "",
        action_url=reverse(url_name, args=args) if may_act else "",
        reason="" if may_act else _WHO,
    )


def _action(found: FirstSteps, step: FirstStep) -> tuple[str, ...]:
    """The label of the button, the name of its address and what that takes."""
    match step:
        case FirstStep.ENTITIES:
            return "Add legal entities", "hierarchy:master", MasterKind.LEGAL_ENTITY.value
        case FirstStep.UNITS:
            kind = MasterKind.FUNCTION if found.has_business_unit else MasterKind.BUSINESS_UNIT
            return f"Add {kind.plural.lower()}", "hierarchy:master", kind.value
        case FirstStep.PEOPLE:
            return (
                ("Seat a chair", "hierarchy:committees") if found.needs_chair else ("Add members", "hierarchy:members")
            )
        case FirstStep.PORTFOLIO if found.root_id is not None:
            return "Add portfolio", "hierarchy:node-create", str(found.root_id)
        case FirstStep.PORTFOLIO:
            return "Add portfolio", "hierarchy:tree"
        case _:
            return "Open the structure", "hierarchy:tree"

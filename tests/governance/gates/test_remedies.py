"""The button beside each unmet rule of a gate opens a page with the field or act that supplies it."""

from collections import defaultdict
from datetime import date

from django.conf import settings
from django.test import override_settings

from governance.gates.pages.checklists import checks_of
from governance.gates.selectors.checklists import checklist
from governance.parties.selectors.parties import parties_of
from governance.rules.constants import EVERY_GATE, Rule
from governance.rules.declared import rules_at
from measures.models import EffectMonth, Measure
from tests.governance.gates.test_pages import Visitor
from tests.governance.ready import (
    FIRST,
    LAST_LOCKED,
    NOW,
    add_milestones,
    add_plan,
    lock_through_september,
    ready_measure,
)
from tests.world import World

# What the page behind the button has to hold, by rule: the name of a field, or the address of an act.
FIELDS = {
    Rule.DESCRIPTION: 'name="description"',
    Rule.BUSINESS_REASON: 'name="business_reason"',
    Rule.GOVERNABLE: 'name="committee_id"',
    Rule.SEPARATION: 'name="controller_id"',
    Rule.PEOPLE_ACTIVE: 'name="sponsor_id"',
    Rule.SCOPE: 'name="scope_out"',
    Rule.BASELINE_DRAFT: "/baselines/new/",
    Rule.TARGET: 'name="target_amount"',
    Rule.ASSUMPTIONS: 'name="key_assumptions"',
    Rule.OVERLAP: 'name="resolution"',
    Rule.DATES: 'name="close_by"',
    Rule.PLAN_LINE: "/effects/new/",
    Rule.BASELINE_APPROVED: "/baselines/new/",
    Rule.MILESTONES: "/milestones/new/",
    Rule.ONE_TIME_COST: "/effects/new/",
    Rule.RISKS: "/risks/new/",
    Rule.DEPENDENCIES: 'name="dependencies_declared"',
    Rule.CLOSURE_CRITERIA: 'name="closure_evidence"',
    Rule.MILESTONE_PEOPLE: "/edit/",
    Rule.FRESH_DATES: "/forecast/",
    Rule.CRITICAL_DONE: "/complete/",
    Rule.FORECAST_CONFIRMED: "/forecast/confirm/",
    Rule.VALIDATED_MONTHS: "/validate/",
    Rule.NO_UNVALIDATED: "/validate/",
    Rule.COST_COMPLETE: "/months/",
    Rule.CLOSING_EVIDENCE: "/documents/new/",
    Rule.INDEPENDENT_CONTROLLER: 'name="controller_id"',
}
# What the controller alone can do.
SIGNED = frozenset({Rule.VALIDATED_MONTHS, Rule.NO_UNVALIDATED})
# Said where they stand: a doubt, a link, a condition or a deviation of this measure has a page of its own, and
# confirmations are given on the request.
ELSEWHERE = {
    Rule.PLAUSIBILITY, Rule.PREDECESSORS, Rule.NO_OVERDUE_DEVIATION, Rule.CONDITIONS,
    Rule.SIZE_AND_TIMING, Rule.SPONSOR, Rule.HAND_OVER,
}  # fmt: skip


def bare(world: World, code: str, doi: int, **facts: object) -> Measure:
    """A measure of which only its owner is known."""
    nothing = dict.fromkeys(
        ("sponsor", "controller", "committee", "business_unit", "function", "legal_entity", "target_amount")
    )
    texts = {"description": "", "business_reason": ""}
    return world.measure(code, doi=doi, governable=False, **{**nothing, **texts, **facts})


def buttons(world: World, persona: str, measure: Measure) -> dict[str, list[Rule]]:
    """The rules whose button leads there, by address."""
    actor, parties = world.actor(persona), parties_of(measure)
    results = checklist(measure, None, parties=parties)
    found = defaultdict(list)
    with override_settings(ROOT_URLCONF=settings.ORGANIZATION_URLCONF):
        checks = checks_of(results, actor, parties, measure, None)
    for result, check in zip(results, checks, strict=True):
        if check.action_url:
            found[check.action_url].append(Rule(result.rule))
    return found


def check_pages(
    world: World, persona: str, found: dict[str, list[Rule]], without: frozenset[Rule] = frozenset()
) -> set[Rule]:
    """Open each page as the persona; the rules whose field or act was found there, `without` those left out."""
    visitor = Visitor(world, persona)
    seen: set[Rule] = set()
    for url, every in found.items():
        rules = set(every) - without
        html = visitor.get(url)
        for rule in rules:
            assert FIELDS.get(rule, "") in html, f"{rule}: {url} has no {FIELDS[rule]}"
        seen |= rules
    return seen


def unproved(world: World) -> Measure:
    """An implemented measure whose months wait for their controller, who entered one of them."""
    measure = world.measure("R-4", doi=4, forecast_confirmed_at=None)
    add_plan(world, measure)
    add_milestones(world, measure, done=True)
    for month in EffectMonth.objects.filter(measure=measure, month__lte=LAST_LOCKED):
        month.reported, month.reported_by, month.reported_at = month.plan, world.people["owner"], NOW
        month.save()
    EffectMonth.objects.filter(measure=measure, month=FIRST).update(reported_by=world.people["controller"])
    lock_through_september()
    return measure


def test_the_button_of_every_rule_of_every_gate_opens_the_field_or_act_that_it_lacks(world: World) -> None:
    with world.inside():
        drafts = [bare(world, f"B-{doi}", doi) for doi in range(3)]
        add_milestones(world, drafts[2])
        drafts[2].milestones.update(responsible=None, forecast_on=date(2026, 10, 1))
        running = ready_measure(world, 3, "R-3", forecast_confirmed_at=None, forecast_confirmed_by=None)
        running.milestones.update(actual_on=None)
        closing = unproved(world)
    seen: set[Rule] = set()
    for measure in (*drafts, running, closing):
        with world.inside():
            found = buttons(world, "pmo", measure)
        seen |= check_pages(world, "pmo", found, SIGNED)
    with world.inside():
        found = buttons(world, "controller", closing)
    seen |= check_pages(world, "controller", found)
    gates = {rule for gate in EVERY_GATE for rule in rules_at(f"gate_{gate}")}
    assert gates == FIELDS.keys() | ELSEWHERE
    assert seen >= FIELDS.keys(), FIELDS.keys() - seen


def test_from_identified_on_only_a_portfolio_manager_is_led_to_the_names_of_people(world: World) -> None:
    with world.inside():
        draft = bare(world, "B-0", 0, owner=world.people["owner"])
        identified = bare(world, "B-1", 1, owner=world.people["owner"])
        both = (draft, identified)
        led = [any(Rule.SEPARATION in rules for rules in buttons(world, "owner", one).values()) for one in both]
        lacking = next(row for row in checklist(identified, None) if row.rule == Rule.SEPARATION)
    assert led == [True, False]
    assert (lacking.passed, lacking.value) == (False, "sponsor and controller not named yet")
    assert lacking.supplier == "Pmo Alder"

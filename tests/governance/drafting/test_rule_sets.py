"""Gate rules as versions of the organization: what a draft may say, what holds, and who decides (domain section 4)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed, StaleVersion
from governance.drafting.actions.drafts import discard_draft, open_draft, publish_draft, set_frame, write_step
from governance.drafting.actions.trials import go_on_with, start_dry_run
from governance.gates.actions.decisions import decide_gate
from governance.gates.actions.requests import give_approval, request_gate
from governance.gates.models import GateDecision, GateRequest
from governance.gates.selectors.waiting import decisions_waiting
from governance.parties.selectors.amounts import amounts_of
from governance.rulebook.models import DecisionManner, DryRunFinding, RuleSet, RuleSetEntry
from governance.rulebook.selectors import book_of, draft, rules_in_force
from governance.rules.book import Amounts, Right, StepManner
from governance.rules.catalog import default_book
from governance.rules.comparison import differences, new_fields
from governance.rules.constants import Rule
from governance.rules.declared import rules_at
from hierarchy.committees.actions.committees import create_committee, seat_member
from hierarchy.constants import Level
from measures.models import EffectLine, EffectMonth, Measure, PlanVersion
from measures.status.actions.recompute import recompute_measure
from tests.governance.ready import NOW, add_person, ready_measure
from tests.governance.rule_books import approval, drafted, published, up_to
from tests.measures.steps import refused
from tests.world import PERSONAS, World


def test_without_an_own_version_the_defaults_of_the_code_hold(inside: World) -> None:
    book = rules_in_force()
    assert book.number == 0
    assert [entry.rule for entry in book.at("gate_2")] == list(rules_at("gate_2"))


def test_gate_1_asks_for_ten_fields_where_the_nodes_above_name_the_rest() -> None:
    """Fields are counted, not rules: the second gate has 18, and its page says so."""
    fields = new_fields(default_book())
    assert fields["gate_1"] == (
        "in scope", "out of scope", "type of baseline", "source of baseline", "target", "key assumptions",
        "overlap check", "date of Decided", "date of Implemented", "date of Closed",
    )  # fmt: skip
    assert {gate: len(asked) for gate, asked in fields.items()} == {
        "gate_1": 10, "gate_2": 18, "gate_3": 3, "gate_4": 2, "gate_5": 1,
    }  # fmt: skip


def test_a_published_version_holds_from_then_on_for_its_organization_alone(inside: World, twin: World) -> None:
    made = published(inside, off=[Rule.RISKS])
    assert (rules_in_force().number, made.author_id) == (1, inside.people["admin"].pk)
    measure = ready_measure(inside, doi=1, no_risks_because="")
    assert request_gate(inside.actor("owner"), measure.pk).rule_set_number == 1
    entry = LedgerEntry.objects.get().entry
    assert (entry.verb, entry.reason) == ("rules.published", "Leaner gates.")
    with twin.inside():
        assert rules_in_force().number == 0
        with pytest.raises(Invalid, match="Risks, or why there are none"):
            request_gate(twin.actor("owner"), ready_measure(twin, doi=1, no_risks_because="").pk)


@pytest.mark.parametrize("persona", [persona for persona in PERSONAS if persona != "admin"])
def test_only_an_administrator_changes_the_rules(inside: World, persona: str) -> None:
    with refused(NotAllowed, "Only an administrator of the organization may change the gate rules."):
        open_draft(inside.actor(persona))
    open_draft(inside.actor("admin"))
    with refused(NotAllowed):
        publish_draft(inside.actor(persona), reason="Mine.")
    with refused(NotAllowed):
        start_dry_run(inside.actor(persona))


def test_what_makes_a_gate_a_gate_cannot_be_switched_off(inside: World) -> None:
    book = book_of(open_draft(inside.actor("admin")))
    said = [entry for entry in book.entries if entry.step == "gate_1"]
    off = [replace(entry, applies=False) if entry.rule == Rule.SEPARATION else entry for entry in said]
    rights = book.rights_at("gate_1", "")
    with refused(Invalid, "this makes a gate a gate and can't be switched off"):
        write_step(inside.actor("admin"), "gate_1", entries=off, rights=rights)
    # Left out, it applies all the same.
    write_step(inside.actor("admin"), "gate_1", entries=[], rights=rights)
    left = {entry.rule for entry in book_of(draft()).at("gate_1")}  # type: ignore[arg-type]
    assert left == {Rule.GOVERNABLE, Rule.SEPARATION, Rule.PEOPLE_ACTIVE}
    with refused(Invalid, "both are always gates"):
        set_frame(inside.actor("admin"), gates=[1, 5], answer_days=None, expiry_days=None)


@pytest.mark.parametrize(
    ("step", "right", "said"),
    [
        ("gate_3", Right("gate_3", "sponsor"), "Sponsor can't decide this step."),
        ("gate_3", Right("gate_3", "controller"), "Controller can't decide this step."),
        ("gate_5", Right("gate_5", "chair"), "Choose one of: Controller."),
        ("gate_3", up_to("gate_3", "chair", 100), "somebody has to decide every kind and any amount"),
        ("gate_3", Right("gate_3", "delegate"), "Choose an active member as delegate."),
        ("gate_3", Right("gate_3", "body"), "Choose a committee that is in use."),
    ],
)
def test_decision_rights_keep_duties_apart_and_leave_nobody_stuck(
    inside: World, step: str, right: Right, said: str
) -> None:
    open_draft(inside.actor("admin"))
    with refused(Invalid, said):
        write_step(inside.actor("admin"), step, entries=[], rights=[right])


def test_a_draft_is_written_by_whoever_saw_it_last(inside: World) -> None:
    admin = inside.actor("admin")
    seen = open_draft(admin).version
    assert open_draft(admin).pk == open_draft(admin).pk
    set_frame(admin, gates=[3, 5], answer_days=3, expiry_days=None, expected_version=seen)
    with refused(StaleVersion):
        publish_draft(admin, reason="Two gates.", expected_version=seen)
    discard_draft(admin)
    assert (rules_in_force().number, RuleSet.objects.count()) == (0, 0)
    with pytest.raises(Http404):
        discard_draft(admin)


def refused_sql(sql: str, rule_set: RuleSet) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [rule_set.pk])


def test_a_published_version_never_changes_not_even_by_sql(inside: World) -> None:
    made = published(inside, off=[Rule.RISKS])
    refused_sql("UPDATE governance_ruleset SET gates = '{3,5}' WHERE id = %s", made)
    refused_sql("DELETE FROM governance_rulesetentry WHERE rule_set_id = %s", made)
    refused_sql("UPDATE governance_rulesetentry SET applies = false WHERE rule_set_id = %s", made)
    refused_sql("UPDATE governance_decisionright SET up_to = 1 WHERE rule_set_id = %s", made)


def test_two_versions_side_by_side_say_what_was_added_removed_and_changed(inside: World) -> None:
    made = published(
        inside,
        gates=[2, 3, 5],
        off=[Rule.RISKS],
        own=[approval("gate_3", "Works council informed", "pmo")],
        rights=[up_to("gate_3", "pmo", 500), Right("gate_3", "chair")],
    )
    found = differences(default_book(), book_of(made), str)
    assert [
        (difference.step, difference.change, difference.what, difference.before, difference.after)
        for difference in found
    ] == [
        ("", "changed", "Degrees with a decision of their own", "1, 2, 3, 4, 5", "2, 3, 5"),
        ("gate_2", "removed", "Risks, or why there are none", "Field", ""),
        ("gate_3", "removed", "Risks, or why there are none", "Field", ""),
        ("gate_3", "added", "Works council informed", "", "Approval, portfolio manager"),
        ("gate_3", "added", "Decides: Portfolio manager", "", "up to 500, annual effect"),
    ]


def test_a_gate_that_asks_for_more_than_ten_inputs_is_marked() -> None:
    book = default_book()
    assert len(new_fields(replace(book, gates=(3, 5)))["gate_3"]) == 31


# Gates that pass degrees along


def test_a_gate_passes_degrees_along_and_each_keeps_its_record(inside: World) -> None:
    published(inside, gates=[3, 5])
    measure = ready_measure(inside, doi=0)
    request = request_gate(inside.actor("owner"), measure.pk)
    assert (request.from_doi, request.to_doi) == (0, 3)
    give_approval(inside.actor("controller"), request.pk, kind="size_and_timing")
    give_approval(inside.actor("sponsor"), request.pk, kind="sponsor")
    last = decide_gate(inside.actor("chair"), request.pk, outcome="advance", reason="All three.")
    rows = list(GateDecision.objects.order_by("number"))
    assert [(row.from_doi, row.to_doi, row.is_gate, row.rule_set_number) for row in rows] == [
        (0, 1, False, 1), (1, 2, False, 1), (2, 3, True, 1),
    ]  # fmt: skip
    assert (last.pk, Measure.objects.get().doi, PlanVersion.objects.count()) == (rows[2].pk, 3, 1)
    assert "plausibility" in {result["rule"] for result in rows[1].rule_results}
    assert "plausibility" not in {result["rule"] for result in rows[0].rule_results}
    said = AuditEntry.objects.filter(verb="gate.decided").order_by("id").values_list("summary", flat=True)
    assert said[0] == "passed DoI 1, Identified, along with gate 3, Decided, decision 1"


def test_what_a_passed_degree_asks_for_is_asked_at_the_gate(inside: World) -> None:
    published(inside, gates=[3, 5])
    measure = ready_measure(inside, doi=0, scope_in="", dependencies_declared="")
    with pytest.raises(Invalid) as refusal:
        request_gate(inside.actor("owner"), measure.pk)
    assert set(refusal.value.errors) == {"scope", "dependencies_declared"}


def test_a_request_is_decided_by_the_version_in_force_and_says_both(inside: World) -> None:
    measure = ready_measure(inside, doi=1)
    request = request_gate(inside.actor("owner"), measure.pk)
    Measure.objects.update(dependencies_declared="")
    published(inside, off=[Rule.DEPENDENCIES])
    decision = decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    assert (request.rule_set_number, decision.rule_set_number) == (0, 1)


def test_a_request_for_a_gate_that_is_none_any_more_is_returned_not_granted(inside: World) -> None:
    request = request_gate(inside.actor("owner"), ready_measure(inside, doi=1).pk)
    published(inside, gates=[1, 3, 5])
    with refused(Conflict, "from DoI 1 the next gate is now 3"):
        decide_gate(inside.actor("pmo"), request.pk, outcome="advance", reason="Agreed.")
    decide_gate(inside.actor("pmo"), request.pk, outcome="return", reason="Ask for gate 3.")
    assert Measure.objects.get().doi == 1


# Who decides, by kind and amount


def test_a_limit_covers_its_amount_and_what_is_unknown_lies_within_none() -> None:
    right = up_to("gate_3", "pmo", 1200)
    assert [right.covers(Amounts(annual)) for annual in (1199, 1200, 1201, None)] == [True, True, False, False]  # type: ignore[arg-type]
    assert up_to("gate_3", "pmo", 50, basis="cost").covers(Amounts(annual_effect=None, cost=-50))  # type: ignore[arg-type]


def asked_at_gate_3(world: World, **facts: object) -> object:
    request = request_gate(world.actor("owner"), ready_measure(world, doi=2, **facts).pk)  # type: ignore[arg-type]
    give_approval(world.actor("controller"), request.pk, kind="size_and_timing")
    give_approval(world.actor("sponsor"), request.pk, kind="sponsor")
    recompute_measure(request.measure_id)
    return request.pk


def test_a_delegate_decides_up_to_an_amount_and_the_chair_everything(inside: World) -> None:
    # Planned are 1,200 a year.
    add_person(inside, "Dora")
    dora = inside.people["dora"].pk
    small = [up_to("gate_3", "delegate", 1200, person_id=dora), Right("gate_3", "chair")]
    seat = {"user_id": dora, "role": "member"}
    seat_member(inside.actor("admin"), inside.committee.pk, **seat)  # type: ignore[arg-type]
    published(inside, rights=small)
    pk = asked_at_gate_3(inside)
    assert [len(decisions_waiting(inside.actor(person))) for person in ("dora", "chair")] == [1, 0]
    assert decide_gate(inside.actor("dora"), pk, outcome="advance", reason="Small.").to_doi == 3  # type: ignore[arg-type]


def test_a_one_off_effect_counts_with_the_year_that_it_comes_in(inside: World) -> None:
    """Planned are 1,200 a year, and 5,000 once, which no run-rate knows of."""
    dora = inside.people[add_person(inside, "Dora")].pk
    published(inside, rights=[up_to("gate_3", "delegate", 1200, person_id=dora), Right("gate_3", "chair")])
    measure = ready_measure(inside, doi=2)
    once = EffectLine.objects.create(
        measure=measure, name="Scrap sold", kind="ebitda_cost", recurrence="one_off", legal_entity=inside.entity,
        account=inside.account, currency="EUR", position=2, cost_centre=measure.code,
    )  # fmt: skip
    EffectMonth.objects.create(measure=measure, line=once, month=date(2026, 12, 1), plan=5000)
    recompute_measure(measure.pk)
    assert amounts_of(measure).annual_effect == 6200
    request_gate(inside.actor("owner"), measure.pk)
    waiting = decisions_waiting(inside.actor("chair"))
    assert (len(waiting), len(decisions_waiting(inside.actor("dora")))) == (1, 0)


def test_above_the_limit_only_the_higher_authority_decides(inside: World) -> None:
    add_person(inside, "Dora")
    dora = inside.people["dora"].pk
    admin, root = inside.actor("admin"), inside.nodes[Level.ORGANIZATION].pk
    board = create_committee(admin, name="Board", node_id=root)
    seat_member(admin, board.pk, user_id=dora, role="chair")
    published(inside, rights=[up_to("gate_3", "chair", 1199), Right("gate_3", "body", committee_id=board.pk)])
    pk = asked_at_gate_3(inside)
    assert [len(decisions_waiting(inside.actor(person))) for person in ("dora", "chair")] == [1, 0]
    with refused(NotAllowed, "Only the chair of the Board (Dora) decides this gate."):
        decide_gate(inside.actor("chair"), pk, outcome="advance", reason="Mine.")  # type: ignore[arg-type]
    assert decide_gate(inside.actor("dora"), pk, outcome="advance", reason="Large.").to_doi == 3  # type: ignore[arg-type]


def test_a_right_of_a_kind_of_effect_goes_before_that_of_every_kind(inside: World) -> None:
    revenue = Right("gate_3", "pmo", measure_kind="ebitda_cost")
    published(inside, rights=[revenue, Right("gate_3", "chair")])
    pk = asked_at_gate_3(inside)
    with refused(NotAllowed):
        decide_gate(inside.actor("chair"), pk, outcome="advance", reason="Mine.")  # type: ignore[arg-type]
    assert decide_gate(inside.actor("pmo"), pk, outcome="advance", reason="Cost.").to_doi == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("outcome", ["advance", "hold", "cancel"])
def test_no_right_lets_the_controller_decide_what_they_advise_on(inside: World, outcome: str) -> None:
    published(inside, rights=[Right(step, "pmo") for step in ("gate_3", "hold", "cancel")])
    measure = ready_measure(inside, doi=2, controller=inside.people["pmo"], approved=False)
    request = GateRequest.objects.create(
        measure=measure, kind="advance", from_doi=2, to_doi=3, state="submitted", requested_by=inside.people["owner"]
    )
    with refused(NotAllowed, "You control this measure and advise the committee. Somebody else has to decide."):
        decide_gate(inside.actor("pmo"), request.pk, outcome=outcome, reason="Mine.")


# The dry run


def test_a_dry_run_says_which_open_measures_would_newly_stop_and_whose_turn_it_is(inside: World) -> None:
    for number in range(3):
        ready_measure(inside, doi=2, code=f"M-{number}")
    ready_measure(inside, doi=2, code="M-4", dependencies_declared="")
    drafted(inside, own=[approval("gate_3", "Works council informed", "pmo")])
    run = start_dry_run(inside.actor("admin"))
    with refused(Conflict, "being tried already"):
        start_dry_run(inside.actor("admin"))
    assert go_on_with(run.pk) == 4
    assert go_on_with(run.pk) == 0
    run.refresh_from_db()
    assert (run.done, run.total, run.finished_at is not None) == (4, 4, True)
    found = DryRunFinding.objects.values_list("measure__code", "text", "supplier", "is_waiting")
    # What stops M-4 stops it today already.
    assert set(found) == {(f"M-{number}", "Works council informed", "Pmo Alder", True) for number in (0, 1, 2, 4)}
    assert Measure.objects.filter(doi=2).count() == 4


# Rules that the code no longer has


def published_with(world: World, old: str, new: str) -> None:
    """A version in force that has a rule under a name of another program's."""
    rule_set = drafted(world)
    RuleSetEntry.objects.filter(rule=old).update(rule=new)
    RuleSet.objects.filter(pk=rule_set.pk).update(published_at=NOW)


def test_a_version_that_asks_for_a_closing_protocol_asks_for_evidence_in_its_place(inside: World) -> None:
    published_with(inside, Rule.CLOSING_EVIDENCE, "closing_protocol")
    assert [entry.rule for entry in rules_in_force().at("gate_5")] == list(rules_at("gate_5"))
    open_draft(inside.actor("admin"))
    assert differences(rules_in_force(), book_of(draft()), str) == []  # type: ignore[arg-type]


def test_a_rule_that_the_code_does_not_have_stops_the_gate_in_words(inside: World) -> None:
    published_with(inside, Rule.RISKS, "risk_workshop")
    measure = ready_measure(inside, doi=1)
    with refused(Invalid, "Risk workshop: this program does not have the rule; publish a version"):
        request_gate(inside.actor("owner"), measure.pk)
    open_draft(inside.actor("admin"))
    publish_draft(inside.actor("admin"), reason="Without the workshop.")
    assert request_gate(inside.actor("owner"), measure.pk).rule_set_number == 2


# How the committee decides


@pytest.mark.parametrize(
    ("step", "amount", "body"),
    [
        ("gate_3", "249999", False), ("gate_3", "250000", True), ("hold", "-250000", True), ("cancel", None, True),
        ("change", "249999.99", False), ("trade_off", "250000", True), ("residual", "1", True),
        ("resume", "900000", False), ("gate_2", "900000", False),
    ],
)  # fmt: skip
def test_by_default_the_body_decides_from_250_000_a_year(step: str, amount: str | None, body: bool) -> None:
    assert default_book().asks_body(step, Decimal(amount) if amount else None) is body


def test_a_version_says_how_the_committee_decides_and_a_dry_run_which_requests_that_concerns(inside: World) -> None:
    open_request_id = request_gate(inside.actor("owner"), ready_measure(inside, doi=2).pk).pk
    admin = inside.actor("admin")
    open_draft(admin)
    for manner, field in (
        (StepManner("gate_3", "chair", Decimal(1)), "from_amount"),
        (StepManner("gate_3", "body", Decimal(0)), "from_amount"),
        (StepManner("residual", "chair"), "manner"),
        (StepManner("gate_2", "body"), "manner"),
    ):
        rights = [right for right in default_book().rights if right.step == manner.step]
        with pytest.raises(Invalid) as raised:
            write_step(admin, manner.step, entries=[], rights=rights, manner=manner)
        assert set(raised.value.errors) == {field}
    rights = [right for right in default_book().rights if right.step == "gate_3"]
    entries = [entry for entry in default_book().entries if entry.step == "gate_3"]
    manner = StepManner("gate_3", "body", Decimal(1000))
    write_step(admin, "gate_3", entries=entries, rights=rights, manner=manner)
    go_on_with(start_dry_run(admin).pk)
    found = DryRunFinding.objects.get()
    assert (found.rule, found.measure.gate_requests.get().pk) == ("manner", open_request_id)
    assert found.value == "1,200 EUR a year: the committee in a meeting or by circulation, no longer the chair alone"
    publish_draft(admin, reason="Smaller house.")
    assert rules_in_force().manner_at("gate_3") == manner
    assert rules_in_force().asks_body("hold", Decimal(250_000))
    [difference] = differences(default_book(), rules_in_force(), str)
    assert (difference.what, difference.after) == (
        "How the committee decides",
        "The committee, in a meeting or by circulation, from 1,000 a year on; below, the chair alone",
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        DecisionManner.objects.update(from_amount=None)

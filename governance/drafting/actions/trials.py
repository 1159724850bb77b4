"""Trying a draft of the gate rules on every open measure, in parts, so that a large portfolio holds nobody up."""

from uuid import UUID

from django.db import transaction

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Conflict, require
from cat4.outbox.actions import publish
from cat4.wording import money
from governance.constants import RequestKind, Topic, Verb
from governance.gates.selectors.facts import gate_facts
from governance.gates.selectors.requests import open_request
from governance.parties.selectors.amounts import weight_of
from governance.parties.selectors.parties import WITH_PARTIES, parties_of
from governance.rulebook.models import DryRun, DryRunFinding
from governance.rulebook.selectors import book_of, draft_for_write, rules_in_force
from governance.rules.book import RuleBook
from governance.rules.constants import step_of
from governance.rules.evaluation import evaluate
from hierarchy.organization.selectors import organization, thresholds
from measures.constants import Doi, Lifecycle
from measures.models import Measure

from ..policies import may_change_rules
from ..selectors import MANNER, is_running, open_measures

# Measures in one transaction of a worker.
PART = 25


@transaction.atomic
def start_dry_run(actor: Actor) -> DryRun:
    """Ask a worker which open measures the draft would newly stop at their next gate, at which rule, whose turn it is.

    Raises:
        Http404, NotAllowed; Conflict while one is under way.
    """
    require(may_change_rules(actor))
    rule_set = draft_for_write()
    last = DryRun.objects.filter(rule_set=rule_set).first()
    if last is not None and is_running(last):
        raise Conflict("The draft is being tried already.", current={"done": last.done, "total": last.total})
    DryRun.objects.filter(rule_set=rule_set).delete()
    now = clock.now()
    run = DryRun.objects.create(
        rule_set=rule_set, rule_set_version=rule_set.version, against=rules_in_force().number,
        requested_by_id=actor.user_id, requested_at=now, seen_at=now, total=open_measures().count(),
    )  # fmt: skip
    record(actor, Verb.RULES_DRAFTED, run, summary=f"had version {rule_set.number} of the gate rules tried")
    publish(Topic.DRY_RUN_ASKED, run.pk)
    return run


@transaction.atomic
def go_on_with(run_id: UUID) -> int:
    """The next part of a dry run, and then the word for the one after; returns how many measures it tried.

    Where it stands is kept with its findings in one transaction: nothing is tried twice or left out when a worker
    is lost. A run whose draft is gone or was published is over.
    """
    run = DryRun.objects.select_for_update().select_related("rule_set").filter(pk=run_id).first()
    if run is None or run.finished_at is not None:
        return 0
    measures = list(_next_part(run)) if run.rule_set.is_draft else []
    now_book, new_book = rules_in_force(), book_of(run.rule_set)
    for measure in measures:
        _try(run, measure, now_book, new_book)
    run.done += len(measures)
    run.seen_at = clock.now()
    if len(measures) == PART:
        run.last_measure = measures[-1].pk
        publish(Topic.DRY_RUN_ASKED, run.pk)
    else:
        run.finished_at = clock.now()
    run.save(update_fields=["done", "seen_at", "last_measure", "finished_at"])
    return len(measures)


def _next_part(run: DryRun) -> list[Measure]:
    found = open_measures().select_related(*WITH_PARTIES)
    return list(found.filter(pk__gt=run.last_measure)[:PART] if run.last_measure else found[:PART])


def _try(run: DryRun, measure: Measure, now_book: RuleBook, new_book: RuleBook) -> None:
    """Both versions on the same facts: what only the draft finds missing, and who would decide what is open."""
    _try_manner(run, measure, now_book, new_book)
    if measure.lifecycle != Lifecycle.ACTIVE or measure.doi >= Doi.CLOSED:
        return
    facts = gate_facts(measure, parties=parties_of(measure, new_book))
    limits = thresholds()
    already = {result.rule for result in evaluate(now_book, RequestKind.ADVANCE, facts, limits) if not result.passed}
    step = step_of(RequestKind.ADVANCE, new_book.next_gate(measure.doi))
    DryRunFinding.objects.bulk_create(
        DryRunFinding(
            dry_run=run, measure=measure, step=step, rule=result.rule, text=result.text[:300], value=result.value,
            supplier=result.supplier, is_waiting=result.is_waiting,
        )
        for result in evaluate(new_book, RequestKind.ADVANCE, facts, limits)
        if not result.passed and result.rule not in already
    )  # fmt: skip


def _try_manner(run: DryRun, measure: Measure, now_book: RuleBook, new_book: RuleBook) -> None:
    """An open request that the committee would decide as a body, or its chair alone, other than today."""
    request = open_request(measure.pk)
    if request is None:
        return
    step = step_of(request.kind, request.to_doi)
    weight = weight_of(step, measure)
    before, after = now_book.asks_body(step, weight), new_book.asks_body(step, weight)
    if before == after:
        return
    amount = "An amount that can't be told" if weight is None else f"{money(weight, organization().currency)} a year"
    who = "the committee in a meeting or by circulation, no longer the chair alone"
    value = f"{amount}: {who if after else 'the chair alone, no longer the committee as a body'}"
    DryRunFinding.objects.create(
        dry_run=run, measure=measure, step=step, rule=MANNER, text="Decided in another manner", value=value,
    )  # fmt: skip

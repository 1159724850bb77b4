"""How far a dry run of a draft is, what it found, and whom versions of the rules name."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import people
from governance.gates.constants import RequestState
from governance.gates.models import GateRequest
from governance.rulebook.models import DryRun, DryRunFinding, RuleSet
from governance.rules.book import RuleBook
from hierarchy.models import Committee
from measures.constants import Lifecycle
from measures.core.selectors.measures import visible_measures
from measures.models import Measure

# What a finding is called that stops nothing: an open request would be decided in another manner.
MANNER = "manner"
# A run that has made no step for so long was given up: its worker is gone.
SILENCE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RuleCount:
    """How many measures a rule would newly stop, or let wait for somebody's word."""

    rule: str
    text: str
    measures: int


@dataclass(frozen=True, slots=True)
class DryRunBoard:
    """The last dry run of a draft; `is_outdated` when the draft was changed since."""

    run: DryRun
    is_running: bool
    is_outdated: bool
    share: str
    measures: int
    counts: list[RuleCount]
    findings: QuerySet[DryRunFinding]
    rule: str


def dry_run_board(rule_set: RuleSet, *, rule: str = "") -> DryRunBoard | None:
    """The last dry run with its findings, of one rule where asked; None where the draft was never tried."""
    run = DryRun.objects.filter(rule_set=rule_set).select_related("requested_by").first()
    if run is None:
        return None
    every = DryRunFinding.objects.filter(dry_run=run)
    counted = every.order_by().values("rule", "text").annotate(measures=Count("measure", distinct=True))
    counts = [RuleCount(row["rule"], row["text"], row["measures"]) for row in counted.order_by("-measures", "text")]
    findings = every.select_related("measure").order_by("measure__code", "id")
    return DryRunBoard(
        run=run,
        is_running=is_running(run),
        is_outdated=run.rule_set_version != rule_set.version,
        share=f"{Decimal(100) * run.done / run.total:.1f}" if run.total else "100",
        measures=every.order_by().exclude(rule=MANNER).values("measure").distinct().count(),
        counts=counts,
        findings=findings.filter(rule=rule) if rule else findings,
        rule=rule,
    )


def is_running(run: DryRun) -> bool:
    """Not finished, and its worker was heard of lately."""
    return run.finished_at is None and run.seen_at > clock.now() - SILENCE


def open_measures() -> QuerySet[Measure]:
    """What has a gate ahead or waits for a decision: active below DoI 5, or with an open request; in a run's order."""
    waiting = GateRequest.objects.filter(measure=OuterRef("pk"), state=RequestState.SUBMITTED)
    return Measure.objects.filter(Q(lifecycle=Lifecycle.ACTIVE, doi__lt=5) | Exists(waiting)).order_by("id")


def visible_findings(actor: Actor, run: DryRun) -> QuerySet[DryRunFinding]:
    """The findings on measures that the person may see."""
    found = DryRunFinding.objects.filter(dry_run=run, measure__in=visible_measures(actor))
    return found.select_related("measure").order_by("measure__code", "id")


def names_in(*books: RuleBook) -> dict[object, str]:
    """The names of the people and committees that versions of the rules name, by id."""
    users: set[UUID] = set().union(*(book.people for book in books))
    bodies: set[UUID] = set().union(*(book.committees for book in books))
    names: dict[object, str] = {pk: user.name for pk, user in people(users).items()} if users else {}
    if bodies:
        names |= dict(Committee.objects.filter(pk__in=bodies).values_list("pk", "name"))
    return names

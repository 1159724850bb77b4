"""What waits for a person: decisions and confirmations, in one query whatever their number. Closures stand apart."""

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Abs, Coalesce, Greatest
from django.db.models.lookups import GreaterThanOrEqual

from cat4.accounts.actor import Actor
from governance.constants import ApprovalKind, RequestKind
from governance.parties.constants import SubjectKind
from governance.parties.selectors.acceptors import accepted_by
from governance.parties.selectors.amounts import amounts_from, own_weights
from governance.parties.selectors.conflicts import declared_by
from governance.parties.selectors.held import NONE, Held
from governance.parties.selectors.weights import weigh, weigh_amount
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import Entry, Right, RuleBook
from governance.rules.constants import Step, step_of
from measures.constants import APART, EBITDA_KINDS, Certainty, Doi
from measures.facts.measures import facts_of
from measures.models import MeasureYear

from ..constants import FOUR_EYES
from ..models import GateApproval, GateRequest
from ..rules import OWN_PARTS, barred_parts, confirming_part
from .lapsed import lapsed_since
from .requests import open_requests


def decisions_waiting(actor: Actor) -> QuerySet[GateRequest]:
    """Requests that the actor decides, or owes a confirmation to, themselves or as a deputy; the oldest first.

    Closings are listed apart. A request above a limit waits for whoever's limit covers it, and none for somebody whom
    the rules name and who doesn't see its measure.
    """
    return _waiting(actor, _waits_for)


def left_to_committees(actor: Actor, waiting: Sequence[GateRequest]) -> frozenset[UUID]:
    """Those of the waiting requests on which nothing is asked of the actor but what a committee decides as a body.

    The facts of all measures are read together; what has a weight of its own is weighed request by request.
    """
    book, found = rules_in_force(), set()
    steps = {asked.pk: step_of(asked.kind, asked.to_doi) for asked in waiting}
    open_to_body = [asked for asked in waiting if book.manner_at(steps[asked.pk]) is not None]
    own = own_weights()
    facts = facts_of({asked.measure_id for asked in open_to_body if steps[asked.pk] not in own})
    for asked in open_to_body:
        step, known = steps[asked.pk], facts.get(asked.measure_id)
        effect = amounts_from(known).annual_effect if known else None
        weighed = weigh(asked.measure, step, book) if step in own else weigh_amount(step, effect, book)
        if weighed.asks_body:
            found.add(asked.pk)
    confirmed = _waiting(actor, _confirms).filter(pk__in=found).values_list("pk", flat=True) if found else ()
    return frozenset(found - set(confirmed))


def _waiting(actor: Actor, asks: Callable[[Actor, RuleBook, Q], Q]) -> QuerySet[GateRequest]:
    """Open requests of which `asks` says that they ask something of the actor, themselves or as a deputy."""
    book, requests = rules_in_force(), open_requests(actor)
    if book.has_limits:
        requests = requests.annotate(
            annual_effect=_with_proposed("annual_effect", _if_known(_annual_effect())),
            cost=_with_proposed("cost", _if_known(Abs(F("measure__totals__one_time_plan")))),
        )
    waiting = asks(actor, book, Q())
    for principal in actor.stands_in_for:
        reach = Q(measure__package__path__contains=[principal.node_id]) if principal.node_id else Q()
        waiting |= asks(actor.acting_for(principal), book, reach)
    return requests.filter(waiting).exclude(kind=RequestKind.ADVANCE, to_doi=Doi.CLOSED).distinct()


def _annual_effect() -> Greatest:
    """The amount of `constants.Basis`, as it was computed last; unknown (null) before it ever was."""
    planned = When(measure__doi__gte=Doi.DECIDED, then=F("measure__totals__plan_run_rate"))
    run_rate = Abs(Case(planned, default=F("measure__totals__forecast_run_rate")))
    hard = MeasureYear.objects.filter(measure=OuterRef("measure"), kind__in=EBITDA_KINDS, certainty=Certainty.HARD)
    years = hard.order_by().values("fiscal_year").annotate(planned=Abs(Sum("plan")))
    return Greatest(run_rate, Subquery(years.order_by("-planned").values("planned")[:1]))


def _if_known(amount: Combinable) -> Case:
    """The amount; unknown (null) while a plan rate is missing, as the policy has it, and not what the rest comes to."""
    return Case(When(measure__totals__missing_rates=[], then=amount), default=None)


def _with_proposed(name: str, present: Combinable) -> Case:
    """Of a change of the plan the larger of both amounts; unknown where the proposed one is."""
    proposed = F(f"plan_change__{name}")
    unknown = Q(**{f"plan_change__{name}__isnull": True}) | ~Q(measure__totals__missing_rates=[])
    return Case(
        When(Q(kind=RequestKind.CHANGE) & unknown, then=None),
        When(kind=RequestKind.CHANGE, then=Greatest(present, proposed)),
        default=present,
    )


def _waits_for(actor: Actor, book: RuleBook, reach: Q) -> Q:
    held = Held(actor)
    return reach & (_decided_by(held, book) | _confirmed_by(held, book))


def _confirms(actor: Actor, book: RuleBook, reach: Q) -> Q:
    return reach & _confirmed_by(Held(actor), book)


def _asks_for(step: str) -> Q:
    """Requests whose decision is this step."""
    if step.startswith("gate_"):
        return Q(kind=RequestKind.ADVANCE, to_doi=int(step.removeprefix("gate_")))
    return Q(kind=step)


def _decided_by(held: Held, book: RuleBook) -> Q:
    """The same right as `policies.may_decide`, as conditions on rows: who is waited for first, and has no conflict."""
    for_another = held.actor.on_behalf_of is not None
    found = NONE
    for right in book.rights:
        mine = held.part(right.decider, person_id=right.person_id, committee_id=right.committee_id)
        barred = held.bound(*barred_parts(right.step, right.decider, for_another=for_another))
        found |= _asks_for(right.step) & _within(right, book) & mine & ~barred & _other_word(held.actor, right)
    return found & ~asked_by(held.actor) & ~declared_by(held.actor, SubjectKind.REQUEST)


def _other_word(actor: Actor, right: Right) -> Q:
    """The same as `policies.other_word`: reopenings without a cause wait for whoever of the two did not ask."""
    if right.step != Step.REOPEN:
        return Q()
    first = Q(on_behalf_of_id=F("measure__controller_id"))
    first |= Q(on_behalf_of__isnull=True, requested_by_id=F("measure__controller_id"))
    asked = Q(requested_by__isnull=False) & ~_asked(actor)
    is_controller = Q(measure__controller_id=actor.holder_id)
    return Q(cause__has_key="kind") | asked & ((first & ~is_controller) | (~first & is_controller))


def _asked(actor: Actor) -> Q:
    both = [user_id for user_id in (actor.user_id, actor.on_behalf_of) if user_id]
    return Q(requested_by_id__in=both) | Q(on_behalf_of_id__in=both)


def asked_by(actor: Actor) -> Q:
    """Requests that they, or the one for whom they act, asked for, and don't grant: `policies.not_own_request`."""
    return Q(kind__in=FOUR_EYES) & _asked(actor)


def _within(right: Right, book: RuleBook) -> Q:
    """The kind and the amounts for which this right is the narrowest that covers."""
    same_step = [other for other in book.rights if other.step == right.step]
    kinds = {other.measure_kind for other in same_step if other.measure_kind}
    kind = Q(measure__kind=right.measure_kind) if right.measure_kind else ~Q(measure__kind__in=kinds) if kinds else Q()
    covered = Q() if right.up_to is None else Q(**{f"{right.basis}__lte": right.up_to})
    for other in same_step:
        narrower = other.up_to is not None and (right.up_to is None or other.up_to < right.up_to)
        if other.measure_kind == right.measure_kind and narrower:
            # An unknown amount lies within no limit.
            covered &= Q(**{f"{other.basis}__gt": other.up_to}) | Q(**{f"{other.basis}__isnull": True})
    return kind & covered


def _confirmed_by(held: Held, book: RuleBook) -> Q:
    """Confirmations that this person can give, and that nobody has given or refused yet."""
    found = NONE
    for entry in book.entries:
        if entry.applies and entry.approval:
            found |= _asking_for(entry, book) & _given_by(held, entry) & ~_answered(held.actor, entry)
    return found


def _asking_for(entry: Entry, book: RuleBook) -> Q:
    """Requests that ask for a rule, also those whose gate passes its degree along."""
    if not entry.step.startswith("gate_"):
        return Q(kind=entry.step)
    degree = int(entry.step.removeprefix("gate_"))
    return Q(kind=RequestKind.ADVANCE, from_doi__lt=degree, to_doi__gte=degree)


def _given_by(held: Held, entry: Entry) -> Q:
    """The same as `policies.may_fulfil`."""
    if entry.approval == ApprovalKind.HAND_OVER:
        return accepted_by(held.actor) & ~held.bound(*OWN_PARTS)
    return held.part(confirming_part(entry), person_id=entry.person_id) & ~_joining_duties(held.actor)


def _joining_duties(actor: Actor) -> Q:
    """Measures on which a deputy would join duties that are apart."""
    found = NONE
    for theirs, own in APART.items() if actor.on_behalf_of else ():
        for part in own:
            found |= Q(**{f"measure__{theirs}_id": actor.on_behalf_of, f"measure__{part}_id": actor.user_id})
    return found


def _answered(actor: Actor, entry: Entry) -> Q:
    """Requests on which this was given or refused: by as many as are needed, or by this person. What lapsed is open."""
    words = GateApproval.objects.filter(request=OuterRef("pk"), kind=entry.approval).order_by()
    words = words.exclude(lapsed_since(entry.approval), granted=True)
    if entry.needed == 1:
        return Q(Exists(words))
    mine = words.filter(Q(person_id=actor.holder_id) | Q(on_behalf_of_id=actor.holder_id))
    counted = words.values("request").annotate(n=Count("person_id", distinct=True)).values("n")[:1]
    enough = Coalesce(Subquery(counted), Value(0))
    return Q(Exists(mine)) | Q(GreaterThanOrEqual(enough, entry.needed))

"""What stands around a measure's gate for one person: the request, its rules, what they may do."""

from dataclasses import dataclass
from functools import cached_property

from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict
from measures.constants import Doi
from measures.models import Measure

from ..constants import APPROVAL_RULES, OUTCOMES_OF, REQUEST_MOVES, ApprovalKind, Outcome, RequestKind, RequestState
from ..models import GateRequest
from ..policies import deciders_of, may_approve, may_decide, may_reopen, may_request, may_return, not_own_request
from ..rules.evaluation import blocking, rules_for
from ..rules.facts import Parties
from ..rules.results import RuleResult, names
from ..selectors.checklists import checklist, next_kind
from ..selectors.parties import parties_of
from ._checks import Check, checks_of

MOST_HELD_SHOWN = 8


@dataclass(frozen=True)
class Act:
    """A move that the person may ask for or decide right away."""

    kind: str
    label: str
    decides: bool


@dataclass(frozen=True)
class Confirmation:
    """A confirmation that the request asks for."""

    kind: ApprovalKind
    result: RuleResult
    verdict: Verdict


class Standing:
    """Read once per page; every property is computed when first asked for."""

    def __init__(
        self, actor: Actor, measure: Measure, request: GateRequest | None, *, on_its_page: bool = False
    ) -> None:
        self.actor, self.measure, self.request = actor, measure, request
        self.on_its_page = on_its_page
        self.is_open = request is not None and request.state == RequestState.SUBMITTED

    @cached_property
    def parties(self) -> Parties:
        return parties_of(self.measure)

    @cached_property
    def results(self) -> list[RuleResult]:
        return checklist(self.measure, self.request if self.is_open else None, parties=self.parties)

    @cached_property
    def checks(self) -> list[Check]:
        linked = None if self.on_its_page else self.request
        return checks_of(self.results, self.actor, self.parties, self.measure.pk, linked)

    @property
    def is_long(self) -> bool:
        """More checks hold than anybody reads at once."""
        return len(self.held_checks) > MOST_HELD_SHOWN

    @property
    def open_checks(self) -> list[Check]:
        return [check for check in self.checks if check.state != "ok"]

    @property
    def held_checks(self) -> list[Check]:
        return [check for check in self.checks if check.state == "ok"]

    @property
    def missing(self) -> int:
        """What keeps a request from being handed in, or, once it is, from being decided."""
        return len(blocking(self.results, at_submission=not self.is_open))

    @property
    def title(self) -> str:
        kind = self.request.kind if self.request and self.is_open else next_kind(self.measure)
        if kind == RequestKind.ADVANCE:
            degree = self.measure.doi + 1
            return f"Gate {degree}, {Doi(degree).label}"
        return RequestKind(kind).label if kind else str(self.measure.get_lifecycle_display())

    @property
    def sub(self) -> str:
        if not self.results:
            return ""
        if self.missing:
            return f"{self.missing} of {len(self.results)} checks block{'s' * (self.missing == 1)}"
        waiting = sum(result.is_waiting for result in self.results)
        return f"{len(self.results) - waiting} of {len(self.results)} checks hold"

    @property
    def next_act(self) -> Act | None:
        """Asking for what comes next."""
        kind = next_kind(self.measure)
        return self.act_for(kind) if kind and not self.is_open else None

    @property
    def may_ask(self) -> Verdict:
        return may_request(self.actor, self.parties)

    @property
    def other_acts(self) -> list[Act]:
        """Change the plan, hold, cancel and reopen, where the state allows and the person may ask or decide."""
        if self.is_open:
            return []
        moves = (RequestKind.CHANGE, RequestKind.HOLD, RequestKind.CANCEL, RequestKind.REOPEN)
        return [act for kind in moves if self.fits(kind) and (act := self.act_for(kind)) is not None]

    def fits(self, kind: str) -> bool:
        """Whether the degree and lifecycle of the measure take such a move."""
        lifecycles, degrees, _ = REQUEST_MOVES[kind]
        return self.measure.lifecycle in lifecycles and self.measure.doi in degrees

    def act_for(self, kind: str) -> Act | None:
        is_direct = kind not in {RequestKind.ADVANCE, RequestKind.CHANGE}
        decides = is_direct and bool(may_decide(self.actor, self.parties, kind, self.measure.doi))
        asks = bool(self.may_ask) or (kind == RequestKind.REOPEN and bool(may_reopen(self.actor, self.parties)))
        return Act(kind, str(RequestKind(kind).label), decides) if decides or asks else None

    def may_move(self, kind: str) -> Verdict:
        """Whether the person may ask for a move or decide it right away."""
        if self.act_for(kind) is not None:
            return ALLOWED
        return may_reopen(self.actor, self.parties) if kind == RequestKind.REOPEN else self.may_ask

    def may_decide(self, chosen: str) -> Verdict:
        """Whether the person may decide so; without a known choice, whether they may decide anything here."""
        if chosen in self.possible_outcomes:
            return self.verdict(chosen)
        verdicts = [self.verdict(outcome) for outcome in self.possible_outcomes]
        return next((verdict for verdict in verdicts if verdict), verdicts[0])

    @property
    def deciders(self) -> str:
        """Who is waited for."""
        return names(deciders_of(self.parties, self.request.kind, self.request.to_doi)) if self.request else ""

    @property
    def next_deciders(self) -> str:
        """Who decides the next gate once it is asked for; empty while nobody is named."""
        people = deciders_of(self.parties, RequestKind.ADVANCE, self.measure.doi + 1)
        return names(people) if people else ""

    def verdict(self, outcome: str) -> Verdict:
        """Whether the person may decide the request so."""
        request = self.request
        if request is None:
            return Verdict(False)
        if outcome == Outcome.RETURN:
            return may_return(self.actor, self.parties, request.kind, request.to_doi)
        verdict = may_decide(self.actor, self.parties, outcome, request.to_doi)
        if verdict and outcome in {Outcome.ADVANCE, Outcome.CHANGE}:
            return not_own_request(self.actor, request.requested_by_id, outcome)
        return verdict

    @property
    def possible_outcomes(self) -> tuple[str, ...]:
        """What may be decided on such a request, whoever decides."""
        return OUTCOMES_OF[self.request.kind] if self.request else ()

    @property
    def outcomes(self) -> list[str]:
        """What the person may decide; a closing is advanced by signing only."""
        if not self.is_open:
            return []
        allowed = [outcome for outcome in self.possible_outcomes if self.verdict(outcome)]
        return [outcome for outcome in allowed if not (self.is_closing and outcome == Outcome.ADVANCE)]

    @property
    def why_not(self) -> str:
        """The reason shown in place of the decision."""
        return self.verdict(self.request.kind).reason if self.request else ""

    @property
    def is_closing(self) -> bool:
        request = self.request
        return request is not None and request.kind == RequestKind.ADVANCE and request.to_doi == Doi.CLOSED

    @property
    def confirmations(self) -> list[Confirmation]:
        """The confirmations that the open request asks for."""
        if self.request is None or not self.is_open:
            return []
        wanted = [r for r in rules_for(self.request.kind, self.request.from_doi) if r in APPROVAL_RULES]
        by_rule = {result.rule: result for result in self.results}
        return [
            Confirmation(
                APPROVAL_RULES[rule], by_rule[rule], may_approve(self.actor, self.parties, APPROVAL_RULES[rule])
            )
            for rule in wanted
        ]

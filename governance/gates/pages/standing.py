"""What stands around a measure's gate for one person: the request, its rules, what they may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.utils.translation import ngettext

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict
from governance.constants import Outcome, RequestKind
from governance.parties.constants import SubjectKind
from governance.parties.policies import may_act_alone
from governance.parties.rules import ALONE, Mandate, Weighed
from governance.parties.selectors.amounts import amounts_of, own_weights
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import deciders_of, parties_of
from governance.parties.selectors.places import Place, place_of
from governance.parties.selectors.weights import weigh, weigh_amount
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import Entry, RuleBook
from governance.rules.catalog import face_of
from governance.rules.constants import step_of
from governance.rules.evaluation import blocking
from governance.rules.facts import Parties
from governance.rules.results import RuleResult, names
from measures.constants import Doi
from measures.models import Measure

from ..constants import OUTCOMES_OF, REQUEST_MOVES, RequestState
from ..models import GateRequest
from ..policies.asking import may_fulfil, may_request
from ..policies.deciding import may_ask_for, may_decide, may_reopen, may_rule
from ..selectors.chain import chain_of, expires_on
from ..selectors.checklists import checklist, next_kind
from .chain import ChainLine, chain_lines
from .checklists import Check, checks_of

MOST_HELD_SHOWN = 8


@dataclass(frozen=True)
class Act:
    """A move that the person may ask for or decide right away."""

    kind: str
    label: str
    decides: bool
    # Why the person, who presides, asks the committee instead of deciding alone.
    why_asked: str = ""


@dataclass(frozen=True)
class Confirmation:
    """A confirmation that the request asks for."""

    entry: Entry
    result: RuleResult
    verdict: Verdict

    @property
    def kind(self) -> str:
        return self.entry.approval

    @property
    def label(self) -> str:
        return face_of(self.entry).text


class Standing:
    """Read once per page; every property is computed when first asked for."""

    def __init__(
        self, actor: Actor, measure: Measure, request: GateRequest | None, *, on_its_page: bool = False
    ) -> None:
        self.actor, self.measure, self.request = actor, measure, request
        self.on_its_page = on_its_page
        self.is_open = request is not None and request.state == RequestState.SUBMITTED
        self._weighed: dict[str, Weighed] = {}

    @cached_property
    def book(self) -> RuleBook:
        return rules_in_force()

    @cached_property
    def parties(self) -> Parties:
        return parties_of(self.measure, self.book)

    @property
    def next_gate(self) -> int:
        """The degree that the next gate leads to."""
        return self.book.next_gate(self.measure.doi)

    @property
    def passed_along(self) -> list[Doi]:
        """The degrees that the next gate passes along."""
        return [Doi(degree) for degree in range(self.measure.doi + 1, self.next_gate)]

    @cached_property
    def results(self) -> list[RuleResult]:
        return checklist(self.measure, self.request if self.is_open else None, parties=self.parties)

    @cached_property
    def checks(self) -> list[Check]:
        linked = None if self.on_its_page else self.request
        return checks_of(self.results, self.actor, self.parties, self.measure, linked)

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
            return f"Gate {self.next_gate}, {Doi(self.next_gate).label}"
        return RequestKind(kind).label if kind else str(self.measure.get_lifecycle_display())

    @property
    def sub(self) -> str:
        if not self.results:
            return ""
        if self.missing:
            words = ngettext(
                "%(missing)d of %(all)d checks blocks", "%(missing)d of %(all)d checks block", self.missing
            )
            return words % {"missing": self.missing, "all": len(self.results)}
        waiting = sum(result.is_waiting for result in self.results)
        return f"{len(self.results) - waiting} of {len(self.results)} checks hold"

    @property
    def next_act(self) -> Act | None:
        """Asking for what comes next."""
        kind = next_kind(self.measure)
        return self.act_for(kind) if kind and not self.is_open else None

    @property
    def may_ask(self) -> Verdict:
        return self._wearing(lambda candidate: may_request(candidate, self.parties))

    def _wearing(self, may: Callable[[Actor], Verdict]) -> Verdict:
        """The best answer: the person's own, or as somebody's deputy."""
        return acting_as(self.actor, self.parties.path, may)[1]

    @property
    def other_acts(self) -> list[Act]:
        """Change the plan, hold, cancel and reopen, where the state allows and the person may ask or decide."""
        if self.is_open:
            return []
        moves = (
            RequestKind.CHANGE,
            RequestKind.RESIDUAL,
            RequestKind.HOLD,
            RequestKind.CANCEL,
            RequestKind.REOPEN,
        )
        return [act for kind in moves if self.fits(kind) and (act := self.act_for(kind)) is not None]

    def fits(self, kind: str) -> bool:
        """Whether the degree and lifecycle of the measure take such a move."""
        lifecycles, degrees, _ = REQUEST_MOVES[kind]
        return self.measure.lifecycle in lifecycles and self.measure.doi in degrees

    def act_for(self, kind: str) -> Act | None:
        is_direct = kind not in {RequestKind.ADVANCE, RequestKind.CHANGE, RequestKind.RESIDUAL}
        holds = is_direct and bool(
            self._wearing(lambda candidate: may_decide(candidate, self.parties, kind, self.measure.doi))
        )
        # Where the committee is asked, whoever presides asks it too.
        body = self.weighed(kind).asks_body if holds else False
        asks = bool(self._wearing(lambda candidate: may_ask_for(candidate, self.parties, kind)))
        why = self.weighed(kind).sentence if body else ""
        return Act(kind, str(RequestKind(kind).label), holds and not body, why) if holds or asks else None

    def weighed(self, outcome: str) -> Weighed:
        """How much a year a decision is about, and whether the committee has to resolve it."""
        to_doi = self.request.to_doi if self.request is not None and self.is_open else self.measure.doi
        step = step_of(outcome, to_doi)
        if step not in self._weighed:
            self._weighed[step] = self._weigh(step)
        return self._weighed[step]

    def _weigh(self, step: str) -> Weighed:
        if self.book.manner_at(step) is None or step in own_weights():
            return weigh(self.measure, step, self.book)
        return weigh_amount(step, self._annual_effect, self.book)

    @cached_property
    def _annual_effect(self) -> Decimal | None:
        """Read once for all decisions that are weighed by it."""
        return amounts_of(self.measure).annual_effect

    def may_move(self, kind: str) -> Verdict:
        """Whether the person may ask for a move or decide it right away."""
        if self.act_for(kind) is not None:
            return ALLOWED
        return self._may_reopen if kind == RequestKind.REOPEN else self.may_ask

    @property
    def _may_reopen(self) -> Verdict:
        return self._wearing(lambda candidate: may_reopen(candidate, self.parties))

    def may_decide(self, chosen: str) -> Verdict:
        """Whether the person may decide so; without a known choice, whether they may decide anything here."""
        if chosen in self.possible_outcomes:
            return self.verdict(chosen)
        verdicts = [self.verdict(outcome) for outcome in self.possible_outcomes]
        return next((verdict for verdict in verdicts if verdict), verdicts[0])

    @property
    def chain(self) -> list[ChainLine]:
        """Who has to say what on the open request, in order; none where nothing is open."""
        if self.request is None or not self.is_open:
            return []
        deciders = deciders_of(self.parties, self.request.kind, self.request.to_doi)
        return chain_lines(chain_of(self.request, self.book, self.parties, self.results, deciders))

    @property
    def expires_on(self) -> date | None:
        """The last day on which the open request can be decided."""
        return expires_on(self.request, self.book) if self.request and self.is_open else None

    @property
    def deciders(self) -> str:
        """Who is waited for."""
        return names(deciders_of(self.parties, self.request.kind, self.request.to_doi)) if self.request else ""

    @property
    def next_deciders(self) -> str:
        """Who decides the next gate once it is asked for; empty while nobody is named."""
        people = deciders_of(self.parties, RequestKind.ADVANCE, self.next_gate)
        return names(people) if people else ""

    def verdict(self, outcome: str, *, urgent: bool = False) -> Verdict:
        """Whether the person may decide the request so, alone; `urgent`: with a reason why it can't wait."""
        request = self.request
        if request is None:
            return Verdict(False)
        right = self._wearing(lambda candidate: self._may_rule(candidate, request, outcome))
        return right and may_act_alone(self.weighed(outcome), Mandate("urgent") if urgent else ALONE)

    def _may_rule(self, actor: Actor, request: GateRequest, outcome: str) -> Verdict:
        asks_body = self.weighed(outcome).asks_body
        return may_rule(actor, self.parties, request, outcome, declared=self._declared, asks_body=asks_body)

    @cached_property
    def _declared(self) -> frozenset[UUID]:
        """Who declared a conflict of interest on the request."""
        return who_declared(SubjectKind.REQUEST, self.request.pk) if self.request else frozenset()

    @cached_property
    def place(self) -> Place | None:
        """Where the open request is being decided: in circulation, or before an open meeting."""
        return place_of(SubjectKind.REQUEST, self.request.pk) if self.request and self.is_open else None

    @cached_property
    def urgent_outcomes(self) -> list[str]:
        """What the person may decide only because it can't wait for the committee."""
        if not self.is_open or self.place is not None:
            return []
        return [
            outcome
            for outcome in self.possible_outcomes
            if not self.verdict(outcome) and self.verdict(outcome, urgent=True)
        ]

    @property
    def may_be_urgent(self) -> bool:
        """Whether the person may decide what is asked for urgently; a residual always waits for the committee."""
        return self.request is not None and self.request.kind in self.urgent_outcomes

    @property
    def committee_decides(self) -> str:
        """Why what is asked for is the committee's, to somebody who presides over it; else empty."""
        request = self.request
        if request is None or not self.is_open or not self.weighed(request.kind).asks_body:
            return ""
        right = self._wearing(lambda candidate: self._may_rule(candidate, request, request.kind))
        return self.weighed(request.kind).sentence if right else ""

    @property
    def acting_for(self) -> str:
        """For whom the person would decide as their deputy; empty while it is their own right, or nobody's."""
        request = self.request
        if request is None or not self.is_open:
            return ""
        worn, verdict = acting_as(
            self.actor, self.parties.path, lambda candidate: self._may_rule(candidate, request, Outcome.RETURN)
        )
        principal = next((person for person in self.actor.stands_in_for if person.user_id == worn.on_behalf_of), None)
        return principal.name if verdict and principal else ""

    @property
    def possible_outcomes(self) -> tuple[str, ...]:
        """What may be decided on such a request, whoever decides."""
        return OUTCOMES_OF[self.request.kind] if self.request else ()

    @cached_property
    def outcomes(self) -> list[str]:
        """What the person may decide alone; a closing is advanced by signing only."""
        if not self.is_open or self.place is not None:
            return []
        allowed = [outcome for outcome in self.possible_outcomes if self.verdict(outcome)]
        return [outcome for outcome in allowed if not (self.is_closing and outcome == Outcome.ADVANCE)]

    @property
    def why_not(self) -> str:
        """The reason shown in place of the decision."""
        if self.place is not None:
            return self.place.words
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
        wanted = [entry for entry in self.book.asked(self.request.kind, self.request.from_doi) if entry.approval]
        by_approval = {result.approval: result for result in self.results}
        return [Confirmation(entry, by_approval[entry.approval], self._may_give(entry)) for entry in wanted]

    def _may_give(self, entry: Entry) -> Verdict:
        return self._wearing(lambda candidate: may_fulfil(candidate, self.parties, entry))

"""What stands around a measure's gate for one person: the request, its rules, what they may do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import ngettext

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict
from governance.constants import Outcome, RequestKind
from governance.parties.selectors.parties import deciders_of, parties_of
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import Entry, RuleBook
from governance.rules.catalog import face_of
from governance.rules.evaluation import blocking
from governance.rules.facts import Parties
from governance.rules.results import RuleResult, names
from measures.constants import Doi
from measures.models import Measure

from ..constants import FOUR_EYES, OUTCOMES_OF, REQUEST_MOVES, RequestState
from ..models import GateRequest
from ..policies.asking import may_fulfil, may_request
from ..policies.deciding import may_decide, may_reopen, may_return, not_own_request
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
        decides = is_direct and bool(
            self._wearing(lambda candidate: may_decide(candidate, self.parties, kind, self.measure.doi))
        )
        asks = bool(self.may_ask) or (kind == RequestKind.REOPEN and bool(self._may_reopen))
        return Act(kind, str(RequestKind(kind).label), decides) if decides or asks else None

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

    def verdict(self, outcome: str) -> Verdict:
        """Whether the person may decide the request so."""
        request = self.request
        if request is None:
            return Verdict(False)
        return self._wearing(lambda candidate: self._may_rule(candidate, request, outcome))

    def _may_rule(self, actor: Actor, request: GateRequest, outcome: str) -> Verdict:
        if outcome == Outcome.RETURN:
            return may_return(actor, self.parties, request.kind, request.to_doi)
        verdict = may_decide(actor, self.parties, outcome, request.to_doi)
        if verdict and outcome in FOUR_EYES:
            return not_own_request(actor, request, outcome)
        return verdict

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
        wanted = [entry for entry in self.book.asked(self.request.kind, self.request.from_doi) if entry.approval]
        by_approval = {result.approval: result for result in self.results}
        return [Confirmation(entry, by_approval[entry.approval], self._may_give(entry)) for entry in wanted]

    def _may_give(self, entry: Entry) -> Verdict:
        return self._wearing(lambda candidate: may_fulfil(candidate, self.parties, entry))

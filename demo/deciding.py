"""How a committee of the demo decides: its chair alone below the limit of the rules, above it in writing."""

from datetime import timedelta

from cat4 import clock
from cat4.errors import NotAllowed
from governance.committees.actions.circulations import confirm_circulation, open_circulation, vote_by_circulation
from governance.committees.constants import CirculationState
from governance.gates.actions.decisions import decide_gate
from governance.gates.models import GateRequest
from governance.parties.constants import SubjectKind
from governance.parties.selectors.weights import weigh
from governance.rules.constants import step_of

from .company import Company

# In this order they vote; who has a part in the measure, or no seat yet, has no vote.
_VOTERS = ("helena", "anders", "viktor", "nina")
_OPEN_DAYS = 5


def decide(company: Company, request: GateRequest, *, outcome: str, reason: str) -> None:
    """What the rules ask for: the chair alone, or a circulation whose members agree on the day."""
    step = step_of(outcome, request.to_doi)
    if not weigh(request.measure, step).asks_body:
        decide_gate(company.actors["helena"], request.pk, outcome=outcome, reason=reason)
        return
    committee_id = request.measure.committee_id
    assert committee_id is not None  # noqa: S101  # the first gate asks for it
    circulation = open_circulation(
        company.actors["ines"],
        committee_id,
        subject_kind=SubjectKind.REQUEST,
        subject_id=request.pk,
        question=f"{request.measure.name}: {request.comment}",
        closes_on=clock.today() + timedelta(days=_OPEN_DAYS),
        outcome=outcome,
    )
    for key in _VOTERS:
        circulation.refresh_from_db()
        if circulation.state != CirculationState.OPEN:
            break
        try:
            vote_by_circulation(company.actors[key], circulation.pk, choice="for")
        except NotAllowed:
            continue
    confirm_circulation(company.actors["helena"], circulation.pk, reason=reason)

"""Asking for a change of a frozen plan: its proposal is written with the request (domain section 5)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import StaleVersion, require
from governance.constants import RequestKind
from governance.gates.actions.submission import Ask, check_ask, check_movable, submit
from governance.gates.models import GateRequest
from governance.gates.notices import tell_of_request
from governance.gates.policies.asking import may_request
from governance.parties.selectors.parties import parties_of
from measures.core.selectors.measures import measure_to_change

from ..selectors.proposals import plan_number
from .proposals import LineWish, check_proposal

__all__ = ["LineWish", "check_proposal", "propose_plan_change"]


@transaction.atomic
def propose_plan_change(
    actor: Actor,
    measure_id: UUID,
    *,
    reason: str,
    lines: Sequence[LineWish] = (),
    dates: Mapping[UUID, date] | None = None,
    gates: Mapping[str, date] | None = None,
    expected_version: int | None = None,
) -> GateRequest:
    """Ask for another plan of a decided measure. The controller confirms it, the committee's chair decides.

    Months, milestones and gates that aren't named keep their plan. `dates` are new baseline dates by milestone,
    `gates` new planned dates of the gates ahead by field, `implement_by` and `close_by`.
    `expected_version` is the number of the plan version that the proposal was made on.

    Raises:
        Http404, NotAllowed.
        StaleVersion: the plan was changed since.
        Invalid: by field or rule, everything that is wrong or missing.
        Conflict: another request is open, or the measure isn't active at DoI 3 or 4.
    """
    measure = measure_to_change(actor, measure_id)
    parties = parties_of(measure)
    actor, verdict = acting_as(actor, parties.path, lambda candidate: may_request(candidate, parties))
    require(verdict)
    check_movable(measure, RequestKind.CHANGE)
    number = plan_number(measure)
    if expected_version is not None and expected_version != number:
        raise StaleVersion("The plan was changed since you opened it.", current={"version": number})
    ask = check_ask(Ask(RequestKind.CHANGE, reason), comment_field="reason")
    proposal = check_proposal(measure, lines, dates or {}, gates or {})
    request = submit(actor, measure, parties, ask, given=proposal)
    # The proposal may lie above the limit of who would decide the plan as it is.
    tell_of_request(actor, request, parties_of(measure))
    return request

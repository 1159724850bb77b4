"""In which manner something is decided for a committee: its chair alone, urgently, or the committee as a body. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from cat4.wording import money, plain
from governance.rules.book import StepManner

from .constants import DecidedAs, ResolutionKind


@dataclass(frozen=True, slots=True)
class Mandate:
    """On what somebody decides: their own right alone, or the resolution of a meeting or circulation.

    With `urgent_reason` the chair acts alone where the committee is asked, and says why it can't wait.
    """

    urgent_reason: str = ""
    resolution_kind: str = ""
    resolution_id: UUID | None = None

    @property
    def is_body(self) -> bool:
        """The committee resolved it."""
        return self.resolution_id is not None


ALONE = Mandate()


def resolved_in_meeting(item_id: UUID) -> Mandate:
    """On the vote of a meeting on an item of its agenda."""
    return Mandate(resolution_kind=ResolutionKind.MEETING, resolution_id=item_id)


def resolved_by_circulation(circulation_id: UUID) -> Mandate:
    """On the votes of a circulation."""
    return Mandate(resolution_kind=ResolutionKind.CIRCULATION, resolution_id=circulation_id)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A decision that is ahead: its step, how much a year it is about, and how the rules say that it is made.

    `manner` is None where no committee decides; `amount` is None where it can't be told, or doesn't matter.
    """

    step: str
    manner: StepManner | None = None
    amount: Decimal | None = None
    currency: str = ""

    @property
    def asks_body(self) -> bool:
        """Whether a meeting or circulation has to decide it."""
        return self.manner is not None and self.manner.asks_body(self.amount)

    @property
    def sentence(self) -> str:
        """Why the chair alone doesn't decide it, and what to do."""
        ask = "The committee decides this in a meeting or by circulation"
        limit = self.manner.from_amount if self.manner else None
        if limit is None:
            return f"{ask}, whatever the amount."
        if self.amount is None:
            return (
                f"{ask}: how much a year it is about can't be told, and from {plain(limit)} on it is the committee's."
            )
        return f"{ask}: it is {money(abs(self.amount), self.currency)} a year, from {plain(limit)} on."


@dataclass(frozen=True, slots=True)
class How:
    """How it was decided, as it is kept with the decision; empty where no committee decides."""

    manner: str = ""
    weight: Decimal | None = None
    urgent_reason: str = ""
    resolution_kind: str = ""
    resolution_id: UUID | None = None

    def as_stored(self) -> dict[str, object]:
        """For the ledger; nothing where no committee decides."""
        if not self.manner:
            return {}
        return {
            "manner": self.manner,
            "amount_a_year": self.weight,
            "urgent_reason": self.urgent_reason,
            "resolution": [self.resolution_kind, str(self.resolution_id)] if self.resolution_id else [],
        }


NO_COMMITTEE = How()


def how_decided(weighed: Weighed, mandate: Mandate) -> How:
    """What is kept of the manner in which something is decided."""
    if mandate.is_body:
        return How(DecidedAs.BODY, weighed.amount, "", mandate.resolution_kind, mandate.resolution_id)
    if weighed.manner is None:
        return NO_COMMITTEE
    if weighed.asks_body:
        return How(DecidedAs.URGENT, weighed.amount, mandate.urgent_reason)
    return How(DecidedAs.CHAIR, weighed.amount)

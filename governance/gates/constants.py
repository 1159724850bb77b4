"""The vocabulary of gate requests: their states, what each kind moves, and what may be decided on it."""

from django.db import models

from governance.constants import Outcome, RequestKind


class RequestState(models.TextChoices):
    """Where a gate request stands. Submitted is the only open state."""

    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Returned"
    WITHDRAWN = "withdrawn", "Withdrawn"
    EXPIRED = "expired", "Expired"


# What each kind of request asks for: from which lifecycles and degrees it may be made, and by how many
# degrees it moves the measure (domain section 4).
REQUEST_MOVES: dict[str, tuple[frozenset[str], range, int]] = {
    RequestKind.ADVANCE: (frozenset({"active"}), range(5), 1),
    RequestKind.HOLD: (frozenset({"active"}), range(1, 5), 0),
    RequestKind.RESUME: (frozenset({"on_hold"}), range(5), 0),
    RequestKind.CANCEL: (frozenset({"active", "on_hold"}), range(5), 0),
    RequestKind.REOPEN: (frozenset({"closed"}), range(5, 6), -1),
    RequestKind.CHANGE: (frozenset({"active"}), range(3, 5), 0),
    RequestKind.RESIDUAL: (frozenset({"active"}), range(4, 5), 0),
}


# What may be decided on a request of each kind.
OUTCOMES_OF: dict[str, tuple[str, ...]] = {
    RequestKind.ADVANCE: (Outcome.ADVANCE, Outcome.HOLD, Outcome.CANCEL, Outcome.RETURN),
    RequestKind.HOLD: (Outcome.HOLD, Outcome.CANCEL, Outcome.RETURN),
    RequestKind.RESUME: (Outcome.RESUME, Outcome.CANCEL, Outcome.RETURN),
    RequestKind.CANCEL: (Outcome.CANCEL, Outcome.HOLD, Outcome.RETURN),
    RequestKind.REOPEN: (Outcome.REOPEN, Outcome.RETURN),
    RequestKind.CHANGE: (Outcome.CHANGE, Outcome.HOLD, Outcome.CANCEL, Outcome.RETURN),
    RequestKind.RESIDUAL: (Outcome.RESIDUAL, Outcome.HOLD, Outcome.CANCEL, Outcome.RETURN),
}


# Who asked doesn't grant it.
FOUR_EYES = (Outcome.ADVANCE, Outcome.CHANGE, Outcome.RESIDUAL)

"""The edges of a gate request, and which transition of the measure's state machines a decision takes, as data."""

from governance.constants import Outcome

from .constants import RequestState

REQUEST_EDGES = [
    (RequestState.DRAFT, RequestState.SUBMITTED),
    (RequestState.DRAFT, RequestState.WITHDRAWN),
    (RequestState.SUBMITTED, RequestState.APPROVED),
    (RequestState.SUBMITTED, RequestState.REJECTED),
    (RequestState.SUBMITTED, RequestState.WITHDRAWN),
    (RequestState.SUBMITTED, RequestState.EXPIRED),
]

# The transitions of the measure's state machines that carry an outcome out, by outcome and new degree.
DOI_TRANSITIONS: dict[tuple[int, int], str] = {
    (0, 1): "identify",
    (1, 2): "detail",
    (2, 3): "decide",
    (3, 4): "implement",
    (4, 5): "close_doi",
    (5, 4): "reopen_doi",
}
LIFECYCLE_TRANSITIONS: dict[str, str] = {
    Outcome.HOLD: "hold",
    Outcome.RESUME: "resume",
    Outcome.CANCEL: "cancel",
    Outcome.REOPEN: "reopen",
}

"""What requests of a kind hold besides their words: a changed plan, a residual, the claims of a closing.

A capability says so once, by a subclass of `Content` that it registers in its `seams.py`; a kind without one holds
nothing more. Whoever asks, decides or shows a request goes through `content_of`.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from rest_framework.serializers import Field

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from governance.constants import RequestKind
from governance.rules.facts import GateFacts, Parties
from measures.constants import Doi
from measures.formulas.facts import MeasureFacts
from measures.models import Measure

from .models import GateDecision, GateRequest
from .supply import Supplied

# Asking to close is a kind of its own here: an advance whose content is claims.
CLOSING = "closing"


class Content:
    """The content of one kind of request. Each method says what happens where a kind has nothing to add.

    `given` is what the asker states, in the capability's own type; None where nothing was stated.
    """

    # Written while the request is a draft: from its submission on nothing of it can be added.
    is_drafted: ClassVar[bool] = False
    # The page on which it is asked for, by name; empty where the common form does.
    asked_on: ClassVar[str] = ""
    # The templates that show it on the request's page and in the inbox of decisions; empty where there are none.
    panel: ClassVar[str] = ""
    brief: ClassVar[str] = ""
    # What whoever confirms it confirms; empty where the name of the confirmation says it.
    confirmed: ClassVar[Any] = ""

    def state(self, measure: Measure, given: Any) -> Supplied:
        """What the rules see of it before it is written."""
        return Supplied()

    def check(self, measure: Measure, given: Any) -> Any:
        """The clean content.

        Raises:
            Invalid: by field.
        """
        if given:
            raise TypeError("This kind of request holds nothing more.")
        return None

    def write(self, request: GateRequest, content: Any, facts: GateFacts) -> None:
        """Write it beside its request."""

    def say(self, content: Any) -> dict[str, object]:
        """What the record of the request says of it."""
        return {}

    def may_return(self, actor: Actor, parties: Parties, request: GateRequest) -> Verdict | None:
        """Who returns such a request; None where whoever decides it does."""
        return None

    def carry_out(self, actor: Actor, measure: Measure, decision: GateDecision) -> None:
        """What granting it does, after the measure has moved, in the same transaction."""

    def read(self, request: GateRequest) -> Any:
        """What a written request holds, in the type in which it was stated; None where it holds nothing."""
        return None

    def foresee(self, facts: MeasureFacts, given: Any) -> MeasureFacts:
        """The measure's money and dates as granting such a request would leave them, handed in or not."""
        return facts

    def form(self, measure: Measure) -> tuple[type[Any], dict[str, Any]] | None:
        """The form that asks for it and its further arguments; None where the common form does."""
        return None

    def shown(self, request: GateRequest) -> dict[str, Any]:
        """What its panels show; empty where there is nothing to show."""
        return {}

    def keep(self, request: GateRequest) -> dict[str, Any]:
        """What of it is written down when the request ends, as JSON; empty where its own rows never change."""
        return {}

    def shown_as_kept(self, request: GateRequest, kept: Mapping[str, Any]) -> dict[str, Any]:
        """What its panels show of an ended request; `kept` is empty where it ended before anything was kept."""
        return {}

    def answers(self) -> dict[str, Field[Any, Any, Any, Any]]:
        """Its fields in the API's answer about a request of any kind."""
        return {}


_NOTHING = Content()
_contents: dict[str, Content] = {}


def holds(kind: str) -> Callable[[type[Content]], type[Content]]:
    """Register the content of a kind of request, or of `CLOSING`.

    Raises:
        ValueError: the kind has one already.
    """

    def register(content: type[Content]) -> type[Content]:
        if kind in _contents:
            raise ValueError(f"Requests of the kind {kind} have their content already.")
        _contents[kind] = content()
        return content

    return register


def content_of(kind: str, to_doi: int) -> Content:
    """What a request of that kind, leading to that degree, holds."""
    is_closing = kind == RequestKind.ADVANCE and to_doi == Doi.CLOSED
    return _contents.get(CLOSING if is_closing else kind, _NOTHING)


def contents() -> dict[str, Content]:
    """What each kind holds, by kind."""
    return dict(_contents)

"""What can go wrong at the edge of an action, and the answer of a policy.

The lowest module of the project: everything may import it, it imports nothing of ours. HTML pages,
the API, imports and tasks translate these same classes, so that a rule is worded once.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A policy's answer: allowed, or not and why, in a sentence for the person who asked."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(True)


def denied(reason: str) -> Verdict:
    """A refusal; `reason` names the rule and, where there is one, who may."""
    return Verdict(False, reason)


class Cat4Error(Exception):
    """Base of the errors that an action raises for its caller to show."""


class NotAllowed(Cat4Error):
    """The actor sees the object but may not do this: 403 with the policy's sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Invalid(Cat4Error):
    """Bad input: 422 with a sentence per field; nothing was saved. The key `""` is the whole form."""

    def __init__(self, errors: Mapping[str, str | list[str]]) -> None:
        self.errors = {field: [text] if isinstance(text, str) else list(text) for field, text in errors.items()}
        super().__init__(
            "; ".join(
                f"{field}: {' '.join(texts)}" if field else " ".join(texts) for field, texts in self.errors.items()
            )
        )

    @property
    def sentences(self) -> list[str]:
        """Every sentence in order, whatever its field."""
        return [sentence for texts in self.errors.values() for sentence in texts]


class Conflict(Cat4Error):
    """The state moved on (lost race, illegal transition): 409 with the state as it is now."""

    def __init__(self, message: str, *, current: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.current = dict(current or {})


class StaleVersion(Conflict):
    """Someone saved in between: 412 (API) or 409 (page), with the version as it is now."""


def require(verdict: Verdict) -> None:
    """Let the action go on, or raise NotAllowed with the policy's reason."""
    if not verdict:
        raise NotAllowed(verdict.reason)

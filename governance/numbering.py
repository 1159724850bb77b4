"""The one count of decisions: gates, motions and trade-offs share it."""

from typing import TypeVar

from django.db.models import Model

from hierarchy.models import OrganizationSettings

Numbered = TypeVar("Numbered", bound=type[Model])

_numbered: list[type[Model]] = []


def numbered(model: Numbered) -> Numbered:
    """Let the rows of a model take their `number` from the one count of decisions."""
    _numbered.append(model)
    return model


def next_number() -> int:
    """Counted up per organization; deciders take turns until the end of the transaction."""
    OrganizationSettings.objects.select_for_update().get()
    return max((last_number(model) for model in _numbered), default=0) + 1


def last_number(model: type[Model]) -> int:
    """The highest number that a row of the model has; 0 where there is none."""
    return model._default_manager.order_by("-number").values_list("number", flat=True).first() or 0

"""On which page the objects stand whose addresses only take what a form sends."""

from collections.abc import Callable
from uuid import UUID

from django.db import models
from django.urls import reverse

Home = Callable[[UUID], str | None]
_homes: dict[str, Home] = {}


def stands_on(page: str, **parts: type[models.Model]) -> None:
    """State for parts of a measure, by the first word of their addresses, that they stand on a page of the measure."""

    def of(model: type[models.Model]) -> Home:
        def home(pk: UUID) -> str | None:
            measure = model._default_manager.filter(pk=pk).values_list("measure_id", flat=True).first()
            return reverse(page, args=[measure]) if measure else None

        return home

    _homes.update({word.replace("_", "-"): of(model) for word, model in parts.items()})


def home_of(path: str) -> str | None:
    """The page of the object that an address is about; None where nobody stated one, or there is no such object."""
    word, _, rest = path.strip("/").partition("/")
    try:
        pk = UUID(rest.partition("/")[0])
    except ValueError:
        return None
    return _homes[word](pk) if word in _homes else None

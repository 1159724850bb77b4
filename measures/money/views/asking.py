"""Acts that move money: a large change is asked before it is saved, and every one is told by fiscal year."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.db import transaction

from cat4.web.questions import Moved, require_sure
from cat4.web.requests import OrganizationRequest

from ..pages.moves import moved_in_words
from ..selectors.moves import moved_years, yearly_amounts


@contextmanager
def asked_before_moving(request: OrganizationRequest, measure_id: UUID, cells: Iterable[Moved] = ()) -> Iterator[None]:
    """Inside, money of a measure is saved. The page that follows says what that moved, by fiscal year.

    Raises:
        Asked: a cell, or a fiscal year of the measure, changes by more than half; then nothing was saved.
    """
    before = yearly_amounts(measure_id)
    with transaction.atomic():
        yield
        years = moved_in_words(moved_years(before, yearly_amounts(measure_id)))
        require_sure(request.POST, cells, years)
    for year in years:
        messages.info(request, year.sentence, extra_tags="stays")

"""What a ripple asked for and nobody has to answer any more."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from cat4 import clock
from cat4.notices.actions import settle
from measures.models import Ripple, RippleAnswer
from measures.status.actions.recompute import mark_changed


def supersede(ripples: Collection[UUID]) -> None:
    """Close ripples whose date moved again, or won't come: who has yet to answer isn't asked any more, nor reminded."""
    waiting = RippleAnswer.objects.filter(ripple__in=ripples, answered_at__isnull=True)
    settle_questions(waiting)
    Ripple.objects.filter(pk__in=ripples).update(superseded_at=clock.now())
    mark_changed(set(waiting.values_list("measure_id", flat=True)))


def settle_questions(answers: QuerySet[RippleAnswer]) -> None:
    """Take the questions and reminders of these answers off the inboxes."""
    settle(*(f"ripple:{pk}:" for pk in answers.order_by().values_list("pk", flat=True)))

"""The demo's organization lived by the day: a worker, one clock for it and the test, and people who report and lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import redis
from django.conf import settings

from cat4 import clock
from cat4.accounts.actor import Actor
from cat4.accounts.models import Membership
from cat4.accounts.selectors import organization_by_slug
from cat4.celery import app
from cat4.fiscal import add_months
from cat4.launcher import processes
from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import organization_context
from governance.months.actions.lock import lock_period
from hierarchy.people.selectors.actors import load_actor
from measures.constants import Doi, Lifecycle
from measures.models import EffectMonth, Measure
from measures.money.actions.actuals import report_actuals, validate_actuals
from tests.workers import CeleryWorker

_PATIENCE = 120
_LATE = "The rest starts later than planned."


class Quarter:
    """Alderbrook, a worker beside this process, and one clock for both."""

    def __init__(self, file: Path, broker: redis.Redis, worker: CeleryWorker, *, today: date) -> None:
        self.file, self.broker, self.worker, self.today = file, broker, worker, today
        self.organization = organization_by_slug("alderbrook")

    def turn(self, day: date) -> None:
        """The day begins: everybody's duties run in the worker, and what follows from them is settled."""
        self.today = day
        self.file.write_text(day.isoformat())
        self.work("cat4.duties.run")

    def work(self, name: str) -> None:
        """The worker does a task, and what follows from it."""
        task_id = app.send_task(name).id
        assert processes.wait_until(lambda: self.worker.has_done(task_id), seconds=_PATIENCE), f"{name} isn't done"
        self.settle()

    def settle(self) -> None:
        assert processes.wait_until(self._is_settled, seconds=_PATIENCE), "the worker still has work"

    def _is_settled(self) -> bool:
        if self.broker.llen(settings.CELERY_TASK_DEFAULT_QUEUE) or self.broker.hlen("unacked"):
            return False
        with organization_context(self.organization.pk):
            return not OutboxRow.objects.exists()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """People act on the present day."""
        with clock.at(self.today), organization_context(self.organization.pk):
            yield

    def actor(self, person_id: UUID | None) -> Actor:
        assert person_id is not None
        memberships = Membership.objects.select_related("user", "organization")
        return load_actor(memberships.get(organization=self.organization, user_id=person_id))

    def by_name(self, name: str) -> Actor:
        return self.actor(Membership.objects.get(organization=self.organization, user__email__startswith=name).user_id)

    def report(self, month: date, *, short: frozenset[str]) -> None:
        """Owners report what was planned once the month is over, those in `short` nothing; controllers validate it."""
        if self.today < add_months(month, 1):
            self.today = add_months(month, 1)
            self.file.write_text(self.today.isoformat())
        with self.inside():
            measures = Measure.objects.filter(doi__gte=Doi.DECIDED, lifecycle__in=[Lifecycle.ACTIVE, Lifecycle.CLOSED])
            for measure in measures:
                owner, controller = self.actor(measure.owner_id), self.actor(measure.controller_id)
                for entry in EffectMonth.objects.filter(measure=measure, month=month, plan__isnull=False):
                    amount = Decimal(0) if measure.code in short else entry.plan or Decimal(0)
                    if entry.reported is None:
                        report_actuals(owner, measure.pk, line_id=entry.line_id, months={month: amount})
                self.validate(measure, month, controller)
        self.settle()

    def validate(self, measure: Measure, month: date, controller: Actor) -> None:
        open_entries = EffectMonth.objects.filter(
            measure=measure, month=month, reported__isnull=False, validated__isnull=True
        )
        for entry in open_entries:
            validate_actuals(controller, measure.pk, line_id=entry.line_id, months=[month])

    def lock(self, month: date) -> None:
        with self.inside():
            lock_period(self.by_name("lucia"), month=month, reason=_LATE)
        self.settle()

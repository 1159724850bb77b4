"""The demo is built by the actions, and its figures are those that its portfolio was sketched with."""

from decimal import Decimal

import pytest
from django.core.management import call_command

from cat4.accounts.selectors import organization_by_slug
from cat4.audit.ledger import verify_chain
from cat4.notices.models import Notice
from cat4.outbox.actions import drain
from cat4.outbox.models import OutboxRow
from cat4.tenancy.context import organization_context
from demo.sketches import sketches
from measures.models import Measure, MeasureTotals


def unread_kinds() -> set[str]:
    return set(Notice.objects.filter(read_at__isnull=True).values_list("kind", flat=True))


@pytest.mark.django_db
def test_the_demo_stands_where_it_was_sketched() -> None:
    call_command("load_demo", verbosity=0)
    organization = organization_by_slug("alderbrook")
    drain(organization.pk)
    with organization_context(organization.pk):
        assert OutboxRow.objects.count() == 0
        assert verify_chain().intact
        # Told by what happened; of the past nobody is mailed.
        assert {"gate.decision_asked", "actuals.validation_asked"} <= unread_kinds()
        assert not Notice.objects.filter(mail_after__isnull=False, mailed_at__isnull=True).exists()
        degrees = dict(Measure.objects.values_list("code", "doi"))
        assert degrees == {sketch.code: sketch.doi for sketch in sketches()}
        for sketch in sketches():
            totals = MeasureTotals.objects.get(measure__code=sketch.code)
            seen = [totals.plan_run_rate, totals.forecast_run_rate, totals.validated_run_rate]
            sketched = [Decimal(1000 * value) for value in (sketch.plan, sketch.forecast, sketch.actual)]
            assert [round(value, -2) for value in seen] == sketched, sketch.code

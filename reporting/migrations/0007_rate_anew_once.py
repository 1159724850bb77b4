"""Statuses below DoI 2, years without a plan and stale money are computed by other rules: compute everything anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cat4.tenancy.context import organization_context


def compute_anew(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Tell that settings changed: then every measure is computed, and what differs climbs to every node.

    Nothing is emptied: reports show what they showed until the worker has come by.
    """
    settings = apps.get_model("hierarchy", "OrganizationSettings")
    outbox = apps.get_model("outbox", "OutboxRow")
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with organization_context(organization.pk):
            known = list(settings.objects.values_list("pk", flat=True))
            for pk in known:
                outbox.objects.create(topic="hierarchy.settings_changed", object_id=pk, organization=organization)
            assert outbox.objects.filter(topic="hierarchy.settings_changed").count() >= len(known)


class Migration(migrations.Migration):
    dependencies = [
        ("hierarchy", "0001_initial"),
        ("measures", "0018_money_counts_once"),
        ("outbox", "0001_initial"),
        ("reporting", "0006_stale_money"),
    ]

    operations = [migrations.RunPython(compute_anew, migrations.RunPython.noop)]

"""Rows from before roll-ups were kept by differences know neither their counts nor their chains: compute them anew."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from cat4.tenancy.context import organization_context


def compute_anew(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Empty the tables, and tell that settings changed: then every measure and every node is computed."""
    settings = apps.get_model("hierarchy", "OrganizationSettings")
    outbox = apps.get_model("outbox", "OutboxRow")
    for organization in apps.get_model("tenancy", "Organization").objects.all():
        with organization_context(organization.pk):
            for name in ("NodeCell", "NodeMonth", "NodeStatus"):
                apps.get_model("reporting", name).objects.all().delete()
            for pk in settings.objects.values_list("pk", flat=True):
                outbox.objects.create(topic="hierarchy.settings_changed", object_id=pk, organization=organization)


class Migration(migrations.Migration):
    dependencies = [
        ("hierarchy", "0001_initial"),
        ("outbox", "0001_initial"),
        ("reporting", "0002_deltas"),
    ]

    operations = [migrations.RunPython(compute_anew, migrations.RunPython.noop)]

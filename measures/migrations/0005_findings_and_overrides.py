import cat4.tenancy.ids
import cat4.tenancy.models
import cat4.tenancy.rls
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "__first__"),
        ("measures", "0004_engine"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="statusoverride",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="statusoverride",
            name="ended_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="LockedStanding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                (
                    "implementation",
                    models.CharField(
                        choices=[("g", "Green"), ("a", "Amber"), ("r", "Red"), ("n", "Not rated")], max_length=1
                    ),
                ),
                (
                    "potential",
                    models.CharField(
                        choices=[("g", "Green"), ("a", "Amber"), ("r", "Red"), ("n", "Not rated")], max_length=1
                    ),
                ),
                (
                    "cost",
                    models.CharField(
                        choices=[("g", "Green"), ("a", "Amber"), ("r", "Red"), ("n", "Not rated")], max_length=1
                    ),
                ),
                ("plan_in_year", models.DecimalField(decimal_places=2, max_digits=20)),
                ("fac_in_year", models.DecimalField(decimal_places=2, max_digits=20)),
                ("plan_run_rate", models.DecimalField(decimal_places=2, max_digits=20)),
                ("forecast_run_rate", models.DecimalField(decimal_places=2, max_digits=20)),
                ("at", models.DateTimeField()),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="measures.measure"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        db_index=False,
                        default=cat4.tenancy.models._organization_default,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["month"],
                "abstract": False,
            },
        ),
        migrations.AlterField(
            model_name="finding",
            name="resolution",
            field=models.CharField(
                blank=True,
                choices=[
                    ("merge", "Merge: the other carries the value"),
                    ("split", "Split by percent"),
                    ("sequential", "Sequential: this baseline is the other's target"),
                    ("none", "No overlap, because"),
                    ("explained", "Explained"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True), ("resolved_at__isnull", True)),
                fields=["organization", "opened_at"],
                name="finding_open",
            ),
        ),
        migrations.AddIndex(
            model_name="statusoverride",
            index=models.Index(fields=["organization", "measure", "ended_at"], name="status_override_in_force"),
        ),
        migrations.AddConstraint(
            model_name="lockedstanding",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="locked_standing_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="lockedstanding",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="locked_standing_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="lockedstanding",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="locked_standing_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="lockedstanding",
            constraint=models.UniqueConstraint(
                fields=("organization", "measure", "month"), name="locked_standing_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="lockedstanding",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c3c374c7d2a4bc2fa0ceaaabfff84cb44af73adf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_47c03",
                    table="measures_lockedstanding",
                    when="BEFORE",
                ),
            ),
        ),
    ]

import cat4.tenancy.ids
import cat4.tenancy.models
import cat4.tenancy.rls
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("hierarchy", "0001_initial"),
        ("measures", "0003_created_by_the_clock"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="effectline",
            name="cadence",
            field=models.CharField(
                choices=[("monthly", "Month by month"), ("quarterly", "By quarter"), ("annual", "By fiscal year")],
                default="monthly",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="effectline",
            name="cost_centre",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="effectline",
            name="milestone",
            field=models.ForeignKey(
                blank=True,
                help_text="The milestone that the months follow; empty: the one that starts the measure's effect",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="bound_lines",
                to="measures.milestone",
            ),
        ),
        migrations.AddField(
            model_name="effectline",
            name="offset_months",
            field=models.SmallIntegerField(default=0, help_text="Months from that milestone to the first effect"),
        ),
        migrations.AddField(
            model_name="effectline",
            name="product",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="effectline",
            name="supplier",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddField(
            model_name="effectline",
            name="unit",
            field=models.CharField(
                blank=True, help_text="Of a line that isn't money, such as FTE or tCO2e", max_length=20
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="closed_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="measure",
            name="closed_run_rate",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                editable=False,
                help_text="Validated run-rate when it was closed, reporting currency: what sustain checks measure against",
                max_digits=20,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="measure",
            name="enables",
            field=models.ForeignKey(
                blank=True,
                help_text="The measure whose effect this one makes possible; of the two only that one carries value",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enablers",
                to="measures.measure",
            ),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="cancelled_loss",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="carry_over",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="exit_run_rate",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="first_month",
            field=models.DateField(blank=True, help_text="Of the series below", null=True),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="forecast_cents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="fx_effect",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="leakage",
            field=models.JSONField(default=dict, help_text="Missing money of locked months by cause, as text"),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="magnitude_loss",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="on_hold_loss",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="payback_month",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="plan_carry_over",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="plan_cents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="plan_exit_run_rate",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="reported_cents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="timing_loss",
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name="measuretotals",
            name="validated_cents",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="accepted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="milestone",
            name="computed_on",
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="milestone",
            name="duration_days",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="Working days that the work towards it takes; its start lies that much earlier"
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="handed_over_on",
            field=models.DateField(blank=True, help_text="Said to be reached, not accepted yet", null=True),
        ),
        migrations.AddField(
            model_name="milestone",
            name="receiver",
            field=models.ForeignKey(
                blank=True,
                help_text="Who has to accept it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="milestone",
            name="refused_because",
            field=models.TextField(blank=True),
        ),
        migrations.CreateModel(
            name="Dependency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("FS", "Finish to start"),
                            ("SS", "Start to start"),
                            ("FF", "Finish to finish"),
                            ("SF", "Start to finish"),
                        ],
                        default="FS",
                        max_length=2,
                    ),
                ),
                ("lag_days", models.SmallIntegerField(default=0)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
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
                (
                    "predecessor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor_links",
                        to="measures.milestone",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="predecessor_links",
                        to="measures.milestone",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EffectPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("series", models.CharField(choices=[("plan", "Plan"), ("forecast", "Forecast")], max_length=10)),
                ("first_month", models.DateField()),
                ("months", models.PositiveSmallIntegerField(help_text="3 for a quarter, 12 for a fiscal year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="periods", to="measures.effectline"
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
                "ordering": ["first_month"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("sentence", models.TextField()),
                (
                    "blocked_gates",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), default=list, size=None
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("merge", "Merge: the other carries the value"),
                            ("split", "Split by percent"),
                            ("sequential", "Sequential: this baseline is the other's target"),
                            ("none", "No overlap, because"),
                        ],
                        max_length=12,
                    ),
                ),
                ("percent", models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True)),
                ("reason", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="measures.effectline",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="findings", to="measures.measure"
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
                (
                    "other_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="measures.effectline",
                    ),
                ),
                (
                    "other_measure",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="measures.measure",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["opened_at", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ForecastRevision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("before", models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ("after", models.DecimalField(decimal_places=2, max_digits=18)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forecast_revisions",
                        to="measures.effectline",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="forecast_revisions",
                        to="measures.measure",
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
                "ordering": ["-at", "month"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LeakageEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("timing", "Timing"),
                            ("magnitude", "Size"),
                            ("scope", "Scope"),
                            ("cancelled", "Cancelled"),
                            ("on_hold", "On hold"),
                            ("price", "Price"),
                            ("volume", "Volume"),
                            ("fx", "Exchange rate"),
                            ("reversal", "Reversal"),
                            ("not_booked", "Not booked"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, help_text="In the line's currency; positive is missing", max_digits=18
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leakage_entries",
                        to="measures.effectline",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leakage_entries",
                        to="measures.measure",
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
                "ordering": ["month", "cause"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MeasureYear",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("ebitda_cost", "EBITDA, cost"),
                            ("ebitda_revenue", "EBITDA, revenue margin"),
                            ("one_time_cost", "One-time cost"),
                            ("capex", "Capex"),
                            ("working_capital", "Working capital"),
                            ("fte", "FTE"),
                            ("non_financial", "Non-financial"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "certainty",
                    models.CharField(
                        choices=[("hard", "Hard"), ("avoidance", "Avoidance"), ("soft", "Soft")], max_length=12
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField()),
                ("plan", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("fac", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("validated", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("reported", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("forecast", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("assumed", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("plan_exit_run_rate", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                ("exit_run_rate", models.DecimalField(decimal_places=2, default=0, max_digits=20)),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="years", to="measures.measure"
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
                "ordering": ["fiscal_year", "kind", "certainty"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PlanMilestone",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("baseline_on", models.DateField()),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="plan_dates", to="measures.milestone"
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
                (
                    "plan_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="measures.planversion",
                    ),
                ),
            ],
            options={
                "ordering": ["baseline_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PriceVolumeProof",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("first_month", models.DateField()),
                ("last_month", models.DateField()),
                ("unit", models.CharField(help_text="What is counted, such as tonnes", max_length=40)),
                ("price_before", models.DecimalField(decimal_places=6, max_digits=18)),
                ("volume_before", models.DecimalField(decimal_places=3, max_digits=18)),
                ("rate_before", models.DecimalField(decimal_places=8, max_digits=18)),
                ("price_after", models.DecimalField(decimal_places=6, max_digits=18)),
                ("volume_after", models.DecimalField(decimal_places=3, max_digits=18)),
                ("rate_after", models.DecimalField(decimal_places=8, max_digits=18)),
                ("source", models.CharField(help_text="Where prices and volumes can be looked up", max_length=200)),
                ("at", models.DateTimeField()),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="measures.effectline"
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
                "ordering": ["first_month"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="PullForward",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("possible_on", models.DateField()),
                ("offered_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("taken", models.BooleanField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "because_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="measures.milestone"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pull_forwards",
                        to="measures.milestone",
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
                "ordering": ["-offered_at"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Ripple",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("forecast", "Forecast moved"),
                            ("done", "Done late"),
                            ("dependency", "Dependency changed"),
                            ("rebaseline", "Re-baselined"),
                            ("overdue", "Overdue without a new forecast"),
                        ],
                        max_length=12,
                    ),
                ),
                ("before_on", models.DateField()),
                ("after_on", models.DateField()),
                ("days", models.SmallIntegerField(help_text="Working days that the trigger moved; positive is later")),
                ("reason", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ripples", to="measures.measure"
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
                (
                    "trigger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ripples", to="measures.milestone"
                    ),
                ),
            ],
            options={
                "ordering": ["-at"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RippleAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due_on", models.DateField()),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accept", "Accept the new dates"),
                            ("absorb", "Absorb it with a counter-measure"),
                            ("contest", "Contest it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("counter_measure", models.TextField(blank=True)),
                ("reason", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ripple_answers",
                        to="measures.measure",
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
                (
                    "ripple",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="measures.ripple"
                    ),
                ),
            ],
            options={
                "ordering": ["due_on"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RippleHop",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField(help_text="In topological order")),
                (
                    "via_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("FS", "Finish to start"),
                            ("SS", "Start to start"),
                            ("FF", "Finish to finish"),
                            ("SF", "Start to finish"),
                        ],
                        max_length=2,
                    ),
                ),
                ("via_lag_days", models.SmallIntegerField(default=0)),
                ("before_on", models.DateField()),
                ("after_on", models.DateField()),
                ("days", models.SmallIntegerField()),
                ("slack_used_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "came_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="measures.milestone",
                    ),
                ),
                (
                    "measure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ripple_hops", to="measures.measure"
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="ripple_hops", to="measures.milestone"
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
                (
                    "ripple",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="hops", to="measures.ripple"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RippleMoney",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField()),
                ("quarter", models.PositiveSmallIntegerField(help_text="1 to 4, of the fiscal year")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=20)),
                ("exit_run_rate", models.DecimalField(blank=True, decimal_places=2, max_digits=20, null=True)),
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
                (
                    "ripple",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="money", to="measures.ripple"
                    ),
                ),
            ],
            options={
                "ordering": ["fiscal_year", "quarter"],
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="effectline",
            index=models.Index(fields=["organization", "legal_entity", "account"], name="effect_line_by_account"),
        ),
        migrations.AddConstraint(
            model_name="effectline",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="milestone", name="effect_line_milestone_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="measure",
            constraint=cat4.tenancy.rls.SameOrganization(field="enables", name="measure_enables_same_organization"),
        ),
        migrations.AddIndex(
            model_name="dependency",
            index=models.Index(fields=["organization", "successor"], name="dependency_by_successor"),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="dependency_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="dependency_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="predecessor", name="dependency_predecessor_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="successor", name="dependency_successor_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=models.UniqueConstraint(
                fields=("organization", "predecessor", "successor", "kind"), name="dependency_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="dependency",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="dependency_not_on_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="effect_period_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="effect_period_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=cat4.tenancy.rls.SameOrganization(field="line", name="effect_period_line_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=models.UniqueConstraint(
                fields=("organization", "line", "series", "first_month"), name="effect_period_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=models.CheckConstraint(condition=models.Q(("months__in", [3, 12])), name="effect_period_length"),
        ),
        migrations.AddConstraint(
            model_name="effectperiod",
            constraint=models.CheckConstraint(
                condition=models.Q(("first_month__day", 1)), name="effect_period_first_of_month"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["organization", "other_measure"], name="finding_by_other"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="finding_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="finding_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=cat4.tenancy.rls.SameOrganization(field="measure", name="finding_measure_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=cat4.tenancy.rls.SameOrganization(field="line", name="finding_line_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="other_measure", name="finding_other_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="other_line", name="finding_other_line_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("organization", "measure", "key"), name="finding_once"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("percent__isnull", True), models.Q(("percent__gte", 0), ("percent__lte", 100)), _connector="OR"
                ),
                name="finding_percent",
            ),
        ),
        migrations.AddIndex(
            model_name="forecastrevision",
            index=models.Index(fields=["organization", "measure", "-at"], name="forecast_revision_by_measure"),
        ),
        migrations.AddConstraint(
            model_name="forecastrevision",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="forecast_revision_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="forecastrevision",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="forecast_revision_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="forecastrevision",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="forecast_revision_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="forecastrevision",
            constraint=cat4.tenancy.rls.SameOrganization(field="line", name="forecast_revision_line_same_organization"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="forecastrevision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3dd5c13d8e6e6f4990c7fec01f12165432188424",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ac2bf",
                    table="measures_forecastrevision",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="leakage_entry_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="leakage_entry_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="leakage_entry_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=cat4.tenancy.rls.SameOrganization(field="line", name="leakage_entry_line_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=models.UniqueConstraint(
                fields=("organization", "line", "month", "cause"), name="leakage_entry_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="leakageentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("month__day", 1)), name="leakage_entry_first_of_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="measureyear",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="measure_year_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="measureyear",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="measure_year_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="measureyear",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="measure_year_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="measureyear",
            constraint=models.UniqueConstraint(
                fields=("organization", "measure", "kind", "certainty", "fiscal_year"), name="measure_year_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="planmilestone",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="plan_milestone_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="planmilestone",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="plan_milestone_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="planmilestone",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="plan_version", name="plan_milestone_plan_version_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="planmilestone",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="milestone", name="plan_milestone_milestone_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="planmilestone",
            constraint=models.UniqueConstraint(
                fields=("organization", "plan_version", "milestone"), name="plan_milestone_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="planmilestone",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f1e484dce79c8af584c6389b51cd740caf5fc2f5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_898d9",
                    table="measures_planmilestone",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="pricevolumeproof",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="price_volume_proof_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="pricevolumeproof",
            constraint=models.UniqueConstraint(
                fields=("organization", "id"), name="price_volume_proof_organization_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricevolumeproof",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="line", name="price_volume_proof_line_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricevolumeproof",
            constraint=models.UniqueConstraint(
                fields=("organization", "line", "first_month"), name="price_volume_proof_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricevolumeproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_month__day", 1), ("last_month__day", 1), ("last_month__gte", models.F("first_month"))
                ),
                name="price_volume_proof_months",
            ),
        ),
        migrations.AddConstraint(
            model_name="pullforward",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="pull_forward_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="pullforward",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="pull_forward_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="pullforward",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="milestone", name="pull_forward_milestone_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="pullforward",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="because_of", name="pull_forward_because_of_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="pullforward",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answered_at__isnull", True)),
                fields=("organization", "milestone"),
                name="pull_forward_one_open",
            ),
        ),
        migrations.AddIndex(
            model_name="ripple",
            index=models.Index(fields=["organization", "measure", "-at"], name="ripple_by_measure"),
        ),
        migrations.AddConstraint(
            model_name="ripple",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="ripple_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="ripple",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="ripple_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="ripple",
            constraint=cat4.tenancy.rls.SameOrganization(field="trigger", name="ripple_trigger_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="ripple",
            constraint=cat4.tenancy.rls.SameOrganization(field="measure", name="ripple_measure_same_organization"),
        ),
        migrations.AddIndex(
            model_name="rippleanswer",
            index=models.Index(fields=["organization", "measure", "answered_at"], name="ripple_answer_open"),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="ripple_answer_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="ripple_answer_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=cat4.tenancy.rls.SameOrganization(field="ripple", name="ripple_answer_ripple_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="ripple_answer_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=models.UniqueConstraint(fields=("organization", "ripple", "measure"), name="ripple_answer_once"),
        ),
        migrations.AddConstraint(
            model_name="rippleanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("kind", "")),
                    models.Q(models.Q(("kind", ""), _negated=True), ("answered_at__isnull", False)),
                    _connector="OR",
                ),
                name="ripple_answer_is_signed",
            ),
        ),
        migrations.AddIndex(
            model_name="ripplehop",
            index=models.Index(fields=["organization", "measure"], name="ripple_hop_by_measure"),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="ripple_hop_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="ripple_hop_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=cat4.tenancy.rls.SameOrganization(field="ripple", name="ripple_hop_ripple_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="milestone", name="ripple_hop_milestone_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=cat4.tenancy.rls.SameOrganization(field="measure", name="ripple_hop_measure_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="came_from", name="ripple_hop_came_from_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="ripplehop",
            constraint=models.UniqueConstraint(fields=("organization", "ripple", "milestone"), name="ripple_hop_once"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ripplehop",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5ce9a4a946583e86c0b39296f285311ec209e457",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_99c83",
                    table="measures_ripplehop",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="ripplemoney",
            constraint=cat4.tenancy.rls.OrganizationPolicy(name="ripple_money_organization_policy"),
        ),
        migrations.AddConstraint(
            model_name="ripplemoney",
            constraint=models.UniqueConstraint(fields=("organization", "id"), name="ripple_money_organization_id"),
        ),
        migrations.AddConstraint(
            model_name="ripplemoney",
            constraint=cat4.tenancy.rls.SameOrganization(field="ripple", name="ripple_money_ripple_same_organization"),
        ),
        migrations.AddConstraint(
            model_name="ripplemoney",
            constraint=cat4.tenancy.rls.SameOrganization(
                field="measure", name="ripple_money_measure_same_organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="ripplemoney",
            constraint=models.UniqueConstraint(
                fields=("organization", "ripple", "measure", "fiscal_year", "quarter"), name="ripple_money_once"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="ripplemoney",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2b406a5d19db90e1539418dfef5c253714f94d17",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6aab9",
                    table="measures_ripplemoney",
                    when="BEFORE",
                ),
            ),
        ),
    ]

import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0005_findings_and_overrides"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(fields=["organization", "sponsor"], name="measure_by_sponsor"),
        ),
        migrations.AddIndex(
            model_name="measure",
            index=models.Index(
                models.F("organization"),
                models.OrderBy(models.F("forecast_confirmed_at"), nulls_first=True),
                models.F("code"),
                condition=models.Q(("doi__in", [3, 4]), ("governable", True), ("lifecycle", "active")),
                name="measure_by_confirmation",
            ),
        ),
        migrations.AddIndex(
            model_name="measurestatus",
            index=models.Index(
                condition=models.Q(("kind", "potential"), ("value__in", ["a", "r"])),
                fields=["organization", "since"],
                name="measure_status_off_plan",
            ),
        ),
        migrations.AddIndex(
            model_name="measuretotals",
            index=models.Index(
                models.F("organization"),
                django.db.models.expressions.CombinedExpression(
                    models.F("forecast_run_rate"), "-", models.F("plan_run_rate")
                ),
                condition=models.Q(("forecast_run_rate__lt", models.F("plan_run_rate"))),
                name="measure_totals_by_gap",
            ),
        ),
    ]

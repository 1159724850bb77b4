from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0006_indexes_of_lists"),
    ]

    operations = [
        migrations.AddField(
            model_name="effectline",
            name="forecast_stands_on",
            field=models.DateField(
                blank=True,
                editable=False,
                help_text="Where that milestone was expected when the forecast was last stated or confirmed",
                null=True,
            ),
        ),
    ]

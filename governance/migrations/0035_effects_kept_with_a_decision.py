"""A decision on a deviation keeps the effects that it was taken on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0034_deputies_held_by_the_database")]

    operations = [migrations.AddField("deviationdecision", "kept", models.JSONField(default=dict))]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("governance", "0029_cured_deviations_recover")]

    operations = [
        migrations.AddConstraint(
            model_name='circulation',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'carried']), ('subject_kind', 'deviation')), fields=('organization', 'measure'), name='circulation_one_topic'),
        ),
    ]

import cat4.tenancy.ids
import cat4.tenancy.models
import cat4.tenancy.rls
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hierarchy', '0001_initial'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='target',
            name='target_once',
        ),
        migrations.AddField(
            model_name='organizationsettings',
            name='holiday_country',
            field=models.CharField(blank=True, help_text='ISO 3166-1 alpha-2; empty: no holidays', max_length=2),
        ),
        migrations.AddField(
            model_name='organizationsettings',
            name='holiday_subdivision',
            field=models.CharField(blank=True, help_text='Part of the country', max_length=20),
        ),
        migrations.AddField(
            model_name='target',
            name='effect',
            field=models.CharField(choices=[('ebitda', 'EBITDA'), ('one_time_cost', 'One-time cost'), ('capex', 'Capex'), ('cash', 'Cash (working capital)'), ('fte', 'Headcount (FTE)')], default='ebitda', max_length=20),
        ),
        migrations.CreateModel(
            name='OwnDay',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('on', models.DateField()),
                ('kind', models.CharField(choices=[('closed', 'Closed'), ('worked', 'Worked')], max_length=10)),
                ('reason', models.CharField(max_length=200)),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('settings', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='own_days', to='hierarchy.organizationsettings')),
            ],
            options={
                'ordering': ['on'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RateSet',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('plan', 'Plan'), ('avg', 'Average'), ('close', 'Closing')], max_length=10)),
                ('number', models.PositiveIntegerField()),
                ('source', models.CharField(max_length=200)),
                ('reason', models.TextField(blank=True)),
                ('author_id', models.UUIDField(help_text='The person, or the installation itself')),
                ('author_name', models.CharField(max_length=200)),
                ('at', models.DateTimeField()),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'ordering': ['kind', '-number'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RateChange',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(max_length=3)),
                ('month', models.DateField()),
                ('before', models.DecimalField(decimal_places=8, max_digits=18, null=True)),
                ('rate', models.DecimalField(decimal_places=8, max_digits=18)),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('rate_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='hierarchy.rateset')),
            ],
            options={
                'ordering': ['currency', 'month'],
                'abstract': False,
            },
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'effect', 'kind', 'fiscal_year'), name='target_once'),
        ),
        migrations.AddConstraint(
            model_name='ownday',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='own_day_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='ownday',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='own_day_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='ownday',
            constraint=cat4.tenancy.rls.SameOrganization(field='settings', name='own_day_settings_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='ownday',
            constraint=models.UniqueConstraint(fields=('organization', 'on'), name='own_day_once'),
        ),
        migrations.AddConstraint(
            model_name='rateset',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='rate_set_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='rateset',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='rate_set_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='rateset',
            constraint=models.UniqueConstraint(fields=('organization', 'kind', 'number'), name='rate_set_number'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rateset',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='41e1f1b744c979a0852452f9407b00da5ff31c0d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9fe3a', table='hierarchy_rateset', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='rate_change_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='rate_change_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=cat4.tenancy.rls.SameOrganization(field='rate_set', name='rate_change_rate_set_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=models.UniqueConstraint(fields=('organization', 'rate_set', 'currency', 'month'), name='rate_change_once'),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gt', 0)), name='rate_change_positive'),
        ),
        migrations.AddConstraint(
            model_name='ratechange',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='rate_change_first_of_month'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ratechange',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9518a756d180980a67e26c2628763746c2f7bdc4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a620d', table='hierarchy_ratechange', when='BEFORE')),
        ),
    ]

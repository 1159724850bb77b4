import cat4.tenancy.ids
import cat4.tenancy.models
import cat4.tenancy.rls
import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '__first__'),
        ('hierarchy', '0001_initial'),
        ('reporting', '0001_initial'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='nodecell',
            name='cancelled_loss',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='carry_over',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='exit_run_rate',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='fx_effect',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='magnitude_loss',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='on_hold_loss',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='one_time_forecast',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='plan_carry_over',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='plan_exit_run_rate',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodecell',
            name='timing_loss',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodemonth',
            name='measures',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='nodestatus',
            name='above',
            field=models.UUIDField(editable=False, help_text="The node's parent; empty for the organization", null=True),
        ),
        migrations.AddField(
            model_name='nodestatus',
            name='rated_in_year',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.AddField(
            model_name='nodestatus',
            name='rated_measures',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='nodestatus',
            name='rated_run_rate',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=20),
        ),
        migrations.CreateModel(
            name='NodeLeakage',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('cause', models.CharField(choices=[('timing', 'Timing'), ('magnitude', 'Size'), ('scope', 'Scope'), ('cancelled', 'Cancelled'), ('on_hold', 'On hold'), ('price', 'Price'), ('volume', 'Volume'), ('fx', 'Exchange rate'), ('reversal', 'Reversal'), ('not_booked', 'Not booked')], max_length=12)),
                ('measures', models.PositiveIntegerField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'ordering': ['cause'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='NodeYear',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('ebitda_cost', 'EBITDA, cost'), ('ebitda_revenue', 'EBITDA, revenue margin'), ('one_time_cost', 'One-time cost'), ('capex', 'Capex'), ('working_capital', 'Working capital'), ('fte', 'FTE'), ('non_financial', 'Non-financial')], max_length=20)),
                ('certainty', models.CharField(choices=[('hard', 'Hard'), ('avoidance', 'Avoidance'), ('soft', 'Soft')], max_length=12)),
                ('fiscal_year', models.PositiveSmallIntegerField()),
                ('measures', models.PositiveIntegerField()),
                ('plan', models.DecimalField(decimal_places=2, max_digits=20)),
                ('fac', models.DecimalField(decimal_places=2, max_digits=20)),
                ('validated', models.DecimalField(decimal_places=2, max_digits=20)),
                ('reported', models.DecimalField(decimal_places=2, max_digits=20)),
                ('forecast', models.DecimalField(decimal_places=2, max_digits=20)),
                ('assumed', models.DecimalField(decimal_places=2, max_digits=20)),
                ('plan_exit_run_rate', models.DecimalField(decimal_places=2, max_digits=20)),
                ('exit_run_rate', models.DecimalField(decimal_places=2, max_digits=20)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hierarchy.node')),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'ordering': ['fiscal_year', 'kind', 'certainty'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PackageShare',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('path', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('package', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hierarchy.node')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RebuildRun',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('requested_at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(help_text='When it last made a step', null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('step', models.CharField(blank=True, max_length=80)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('requested_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-requested_at', '-id'],
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='nodestatus',
            index=models.Index(condition=models.Q(('implementation', 'r')), fields=['organization', 'above', 'rated_run_rate'], name='node_status_red_children'),
        ),
        migrations.AddConstraint(
            model_name='nodeleakage',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='node_leakage_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='nodeleakage',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='node_leakage_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='nodeleakage',
            constraint=cat4.tenancy.rls.SameOrganization(field='node', name='node_leakage_node_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='nodeleakage',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'cause'), name='node_leakage_once'),
        ),
        migrations.AddConstraint(
            model_name='nodeyear',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='node_year_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='nodeyear',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='node_year_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='nodeyear',
            constraint=cat4.tenancy.rls.SameOrganization(field='node', name='node_year_node_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='nodeyear',
            constraint=models.UniqueConstraint(fields=('organization', 'node', 'kind', 'certainty', 'fiscal_year'), name='node_year_once'),
        ),
        migrations.AddConstraint(
            model_name='packageshare',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='package_share_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='packageshare',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='package_share_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='packageshare',
            constraint=cat4.tenancy.rls.SameOrganization(field='package', name='package_share_package_same_organization'),
        ),
        migrations.AddIndex(
            model_name='rebuildrun',
            index=models.Index(fields=['organization', '-requested_at'], name='rebuild_run_latest'),
        ),
        migrations.AddConstraint(
            model_name='rebuildrun',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='rebuild_run_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='rebuildrun',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='rebuild_run_organization_id'),
        ),
    ]

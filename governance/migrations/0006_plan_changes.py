import cat4.tenancy.ids
import cat4.tenancy.models
import cat4.tenancy.rls
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('governance', '0005_money_held_by_the_database'),
        ('measures', '0004_engine'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanChange',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('base_number', models.PositiveSmallIntegerField(help_text='0 where no plan was frozen')),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='plan_change', to='governance.gaterequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PlanChangeDate',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('before', models.DateField()),
                ('after', models.DateField()),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='dates', to='governance.planchange')),
                ('milestone', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.milestone')),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'ordering': ['before'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PlanChangeLine',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('currency', models.CharField(help_text="The line's when it was proposed", max_length=3)),
                ('annual_amount', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('start_month', models.DateField(blank=True, null=True)),
                ('end_month', models.DateField(blank=True, null=True)),
                ('ramp_months', models.PositiveSmallIntegerField(default=0)),
                ('change', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='governance.planchange')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='measures.effectline')),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PlanChangeMonth',
            fields=[
                ('id', models.UUIDField(default=cat4.tenancy.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('before', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True)),
                ('after', models.DecimalField(decimal_places=2, max_digits=18)),
                ('organization', models.ForeignKey(db_index=False, default=cat4.tenancy.models._organization_default, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tenancy.organization')),
                ('part', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='months', to='governance.planchangeline')),
            ],
            options={
                'ordering': ['month'],
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='gateapproval',
            name='own_confirmations',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='gatedecision',
            name='separate_duties',
        ),
        migrations.AlterField(
            model_name='gateapproval',
            name='kind',
            field=models.CharField(choices=[('size_and_timing', 'Controller confirms size and timing'), ('sponsor', 'Sponsor approves'), ('hand_over', 'Receiving unit accepts the hand-over'), ('plan_change', 'Controller confirms the changed plan')], max_length=20),
        ),
        migrations.AlterField(
            model_name='gatedecision',
            name='outcome',
            field=models.CharField(choices=[('advance', 'Advance'), ('hold', 'Hold'), ('resume', 'Resume'), ('cancel', 'Cancel'), ('reopen', 'Reopen'), ('change', 'Change the plan'), ('return', 'Return with comment')], max_length=10),
        ),
        migrations.AlterField(
            model_name='gaterequest',
            name='kind',
            field=models.CharField(choices=[('advance', 'Advance'), ('hold', 'Hold'), ('resume', 'Resume'), ('cancel', 'Cancel'), ('reopen', 'Reopen'), ('change', 'Change the plan')], max_length=10),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gateapproval',
            trigger=pgtrigger.compiler.Trigger(name='own_confirmations', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE m record;', func="\nSELECT measure.owner_id, measure.sponsor_id, measure.controller_id INTO m\nFROM governance_gaterequest request JOIN measures_measure measure ON measure.id = request.measure_id\nWHERE request.id = NEW.request_id;\nIF NEW.kind = 'size_and_timing' AND NEW.person_id IS DISTINCT FROM m.controller_id THEN\n    RAISE EXCEPTION 'cat4: only the controller of a measure confirms size and timing';\nEND IF;\nIF NEW.kind = 'plan_change' AND NEW.person_id IS DISTINCT FROM m.controller_id THEN\n    RAISE EXCEPTION 'cat4: only the controller of a measure confirms a changed plan';\nEND IF;\nIF NEW.kind = 'sponsor' AND NEW.person_id IS DISTINCT FROM m.sponsor_id THEN\n    RAISE EXCEPTION 'cat4: only the sponsor of a measure approves as sponsor';\nEND IF;\nIF NEW.kind = 'hand_over' AND NEW.person_id IN (m.owner_id, m.sponsor_id) THEN\n    RAISE EXCEPTION 'cat4: owner and sponsor of a measure do not accept its hand-over';\nEND IF;\nRETURN NEW;\n", hash='003c39cb1299be086f3f04f6d3ce725516bb5cb4', operation='INSERT', pgid='pgtrigger_own_confirmations_acc98', table='governance_gateapproval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatedecision',
            trigger=pgtrigger.compiler.Trigger(name='separate_duties', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE m record;', func="\nSELECT owner_id, sponsor_id, controller_id INTO m FROM measures_measure WHERE id = NEW.measure_id;\nIF NEW.outcome = 'return' THEN\n    RETURN NEW;\nEND IF;\nIF NEW.decided_by_id = m.owner_id THEN\n    RAISE EXCEPTION 'cat4: the owner of a measure does not decide on it';\nEND IF;\nIF NEW.decided_by_id = m.sponsor_id AND NOT (NEW.outcome = 'advance' AND NEW.to_doi = 4) THEN\n    RAISE EXCEPTION 'cat4: the sponsor of a measure decides only gate 4';\nEND IF;\nIF NEW.outcome IN ('advance', 'change') AND EXISTS (\n    SELECT 1 FROM governance_gaterequest WHERE id = NEW.request_id AND requested_by_id = NEW.decided_by_id\n) THEN\n    RAISE EXCEPTION 'cat4: who asked for a gate does not pass it';\nEND IF;\nIF NEW.outcome = 'change' AND NEW.decided_by_id = m.controller_id THEN\n    RAISE EXCEPTION 'cat4: the controller of a measure confirms a changed plan and does not decide on it';\nEND IF;\nIF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND NEW.decided_by_id IS DISTINCT FROM m.controller_id THEN\n    RAISE EXCEPTION 'cat4: only the controller of a measure signs its closure';\nEND IF;\nIF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND EXISTS (\n    SELECT 1 FROM measures_effectmonth WHERE measure_id = NEW.measure_id AND reported_by_id = NEW.decided_by_id\n) THEN\n    RAISE EXCEPTION 'cat4: who entered actuals does not sign the closure';\nEND IF;\nRETURN NEW;\n", hash='961bcfbe1ff2e8ffc6051705ea9bed237089ba70', operation='INSERT', pgid='pgtrigger_separate_duties_7eace', table='governance_gatedecision', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='planchange',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='plan_change_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='planchange',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='plan_change_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='planchange',
            constraint=cat4.tenancy.rls.SameOrganization(field='request', name='plan_change_request_same_organization'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planchange',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a802e54eb3764b8c11dcfbd8cae4fe7886a2de76', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1e9ae', table='governance_planchange', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='planchangedate',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='plan_change_date_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='planchangedate',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='plan_change_date_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='planchangedate',
            constraint=cat4.tenancy.rls.SameOrganization(field='change', name='plan_change_date_change_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='planchangedate',
            constraint=cat4.tenancy.rls.SameOrganization(field='milestone', name='plan_change_date_milestone_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='planchangedate',
            constraint=models.UniqueConstraint(fields=('organization', 'change', 'milestone'), name='plan_change_date_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planchangedate',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='205bda123ea36b7ec6904ef170a4c6a246cc6c59', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3adf9', table='governance_planchangedate', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='planchangeline',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='plan_change_line_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='planchangeline',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='plan_change_line_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='planchangeline',
            constraint=cat4.tenancy.rls.SameOrganization(field='change', name='plan_change_line_change_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='planchangeline',
            constraint=cat4.tenancy.rls.SameOrganization(field='line', name='plan_change_line_line_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='planchangeline',
            constraint=models.UniqueConstraint(fields=('organization', 'change', 'line'), name='plan_change_line_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planchangeline',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='74c948bcea5ec50949a6a78a8c4a618da3643a3f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_10fe5', table='governance_planchangeline', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='planchangemonth',
            constraint=cat4.tenancy.rls.OrganizationPolicy(name='plan_change_month_organization_policy'),
        ),
        migrations.AddConstraint(
            model_name='planchangemonth',
            constraint=models.UniqueConstraint(fields=('organization', 'id'), name='plan_change_month_organization_id'),
        ),
        migrations.AddConstraint(
            model_name='planchangemonth',
            constraint=cat4.tenancy.rls.SameOrganization(field='part', name='plan_change_month_part_same_organization'),
        ),
        migrations.AddConstraint(
            model_name='planchangemonth',
            constraint=models.UniqueConstraint(fields=('organization', 'part', 'month'), name='plan_change_month_once'),
        ),
        migrations.AddConstraint(
            model_name='planchangemonth',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='plan_change_month_first_of_month'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planchangemonth',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2150eb15b3e45f8d72f9c1d6496fa4772d2924f6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_87a01', table='governance_planchangemonth', when='BEFORE')),
        ),
    ]

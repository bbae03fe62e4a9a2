"""Standings, what they came from, and their history, which is only added to."""

import django.db.models.deletion
from django.db import migrations, models

ADDED = """
CREATE FUNCTION decide_tiers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a change of a tier never changes' USING ERRCODE = 'WL001';
END $$;
CREATE TRIGGER change_is_immutable BEFORE UPDATE ON decide_tiers_change
FOR EACH ROW EXECUTE FUNCTION decide_tiers_refuse();
"""

DROP_ADDED = """
DROP TRIGGER change_is_immutable ON decide_tiers_change;
DROP FUNCTION decide_tiers_refuse;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('decide_loyalty', '0002_functions'),
    ]

    operations = [
        migrations.CreateModel(
            name='Placing',
            fields=[
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='decide_loyalty.programme')),
                ('last_member', models.BigIntegerField(default=0)),
                ('is_done', models.BooleanField(default=False)),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decide_loyalty.version')),
            ],
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('set_code', models.CharField(max_length=25)),
                ('before', models.CharField(blank=True, max_length=25)),
                ('after', models.CharField(blank=True, max_length=25)),
                ('why', models.CharField(choices=[('reached', 'reached'), ('ended', 'not kept'), ('reversed', 'taken back after a refund'), ('placed', 'by new rules for tiers')], max_length=10)),
                ('at', models.DateTimeField()),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='decide_loyalty.member')),
                ('version', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decide_loyalty.version')),
            ],
            options={
                'indexes': [models.Index(fields=['member', '-at'], name='tiers_change_of')],
            },
        ),
        migrations.CreateModel(
            name='Reached',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('set_code', models.CharField(max_length=25)),
                ('tier', models.CharField(max_length=25)),
                ('basis', models.CharField(max_length=60)),
                ('needs', models.BigIntegerField()),
                ('start', models.DateTimeField(null=True)),
                ('end', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='decide_loyalty.member')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('member', 'set_code', 'tier'), name='tiers_reached_once')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('set_code', models.CharField(max_length=25)),
                ('tier', models.CharField(blank=True, max_length=25)),
                ('since', models.DateTimeField()),
                ('keeps_until', models.DateTimeField(null=True)),
                ('grace_until', models.DateTimeField(null=True)),
                ('warned_at', models.DateTimeField(null=True)),
                ('amount', models.BigIntegerField()),
                ('due_at', models.DateTimeField(null=True)),
                ('member', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='decide_loyalty.member')),
                ('programme', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='decide_loyalty.programme')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='tiers_due'), models.Index(fields=['programme', 'set_code', 'tier'], name='tiers_standing_in'), models.Index(condition=models.Q(('keeps_until__isnull', False)), fields=['programme', 'set_code', 'keeps_until'], name='tiers_standing_ends')],
                'constraints': [models.UniqueConstraint(fields=('member', 'set_code'), name='tiers_standing_once')],
            },
        ),
        migrations.RunSQL(ADDED, DROP_ADDED),
    ]

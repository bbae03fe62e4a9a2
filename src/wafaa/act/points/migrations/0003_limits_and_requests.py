import django.db.models.deletion
import wafaa.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access_keys', '0001_api_keys'),
        ('act_points', '0002_functions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Limit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('holder', models.CharField(max_length=20)),
                ('per_deed', models.BigIntegerField(null=True)),
                ('per_day', models.BigIntegerField(null=True)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='act_points.unit')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('holder', 'unit'), name='limit_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('per_deed', None), ('per_deed__gte', 0), _connector='OR'), models.Q(('per_day', None), ('per_day__gte', 0), _connector='OR')), name='limit_not_below_0'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=wafaa.kit.ids.new_id, editable=False, unique=True)),
                ('key', models.CharField(max_length=250, unique=True)),
                ('amount', models.BigIntegerField()),
                ('reason', models.CharField(max_length=60)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(null=True)),
                ('outcome', models.PositiveSmallIntegerField(choices=[(1, 'done'), (2, 'open'), (3, 'approved'), (4, 'declined'), (5, 'ended')])),
                ('asked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('posting', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='act_points.transfer')),
                ('program', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access_keys.apikey')),
                ('wallet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='act_points.wallet')),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', [1, 3]), ('posting__isnull', False)), models.Q(('outcome__in', [2, 4, 5]), ('posting', None)), _connector='OR'), name='request_moves_when_done'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('outcome', 1)), fields=['asked_by', 'asked_at'], name='request_day'),
                    models.Index(condition=models.Q(('outcome', 1), ('program__isnull', False)), fields=['program', 'asked_at'], name='request_program_day'),
                    models.Index(condition=models.Q(('outcome', 2)), fields=['asked_at'], name='request_open'),
                ],
            },
        ),
    ]

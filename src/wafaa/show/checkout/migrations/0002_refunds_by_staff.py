"""Refunds that staff note in the console."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('show_checkout', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StaffRefund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(editable=False, unique=True)),
                ('order_uuid', models.UUIDField(db_index=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('moved', models.JSONField(default=dict)),
                ('reason', models.CharField(max_length=20)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['by', 'at'], name='checkout_refund_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='checkout_refund_gives_something')],
            },
        ),
    ]

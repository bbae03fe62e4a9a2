import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wafaa.kit.fields
import wafaa.kit.ids

# Who keeps silent (sql/keep_silent.sql) is not waited for by readers, so it must not record; without silence this costs nothing.
GUARD_SILENCE = """
CREATE FUNCTION stream_refuse_in_silence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consumer that records events must say so: Consumer.tells';
END
$$;
CREATE TRIGGER stream_silence BEFORE INSERT ON stream_event FOR EACH STATEMENT
WHEN (current_setting('wafaa.silent', true) = 'on') EXECUTE FUNCTION stream_refuse_in_silence();
"""
OPEN_SILENCE = """
DROP TRIGGER stream_silence ON stream_event;
DROP FUNCTION stream_refuse_in_silence();
"""


class Migration(migrations.Migration):
    """Ranges of the stream that are replayed, and the guard of silent transactions."""

    dependencies = [
        ("stream", "0005_outbox"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Replay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=wafaa.kit.ids.new_id, editable=False, unique=True)),
                ("consumer", models.CharField(max_length=100)),
                ("since", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                ("first_position", models.BigIntegerField(null=True)),
                ("last_position", models.BigIntegerField(null=True)),
                ("names", models.JSONField(default=list)),
                ("distinct_ids", models.JSONField(default=list)),
                ("xid", wafaa.kit.fields.TransactionIdField(db_default=None, editable=False, null=True)),
                ("position", models.BigIntegerField(default=0)),
                ("end_xid", wafaa.kit.fields.TransactionIdField(db_default=None, editable=False, null=True)),
                ("end_position", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "about to begin"),
                            ("running", "under way"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("total", models.BigIntegerField(default=0)),
                ("done", models.BigIntegerField(default=0)),
                ("parked", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "staff",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-created_at"], name="replay_by_time")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=("consumer",),
                        name="one_replay_at_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD_SILENCE, OPEN_SILENCE),
    ]

from django.db import migrations, models

import wafaa.kit.fields

# The salt is made here and never told: without it nobody can try which ids a digest may stand for.
MAKE_SALT = """
INSERT INTO stream_erasuresalt (id, salt)
VALUES (1, replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''))
"""

# 128 bits of SHA-256; the salt is as long as a digest of its own.
MAKE_DIGEST = """
CREATE FUNCTION stream_digest(salt text, message_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
SELECT encode(substring(sha256(convert_to(salt || message_id, 'UTF8')) FOR 16), 'hex')::uuid
$$;
"""
DROP_DIGEST = "DROP FUNCTION stream_digest(text, text)"


class Migration(migrations.Migration):
    """What remains of erased events: digests of their message ids; and which rows are gone, for the facts."""

    dependencies = [("stream", "0006_replay")]

    operations = [
        migrations.CreateModel(
            name="ErasedMessage",
            fields=[("digest", models.UUIDField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="ErasureSalt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("salt", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="erasure_salt_is_one")
                ]
            },
        ),
        migrations.CreateModel(
            name="GoneRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=50)),
                ("key", models.BigIntegerField()),
                (
                    "changed_in",
                    wafaa.kit.fields.TransactionIdField(
                        db_default=wafaa.kit.fields.CurrentTransactionId(), editable=False
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["table", "changed_in"], name="gone_row_changed_in")]},
        ),
        migrations.RunSQL(MAKE_DIGEST, DROP_DIGEST),
        migrations.RunSQL(MAKE_SALT, migrations.RunSQL.noop),
    ]

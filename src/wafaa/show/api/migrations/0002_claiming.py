"""An Idempotency-Key is taken, or its answer found, by one statement."""

from django.db import migrations

# The patience of the function holds for it alone: a duplicate waits for the first one's answer, but does not hold one of the few
# threads for long.
CLAIM = """
CREATE FUNCTION show_api_claim(
    key bigint, told_name text, wanted_fingerprint text, moment timestamptz, aged timestamptz,
    OUT claimed boolean, OUT told_fingerprint text, OUT told_status integer, OUT told_body text
) LANGUAGE plpgsql SET lock_timeout = '3s' AS $$
BEGIN
    DELETE FROM show_api_rememberedanswer WHERE api_key_id = key AND name = told_name AND created_at < aged;
    INSERT INTO show_api_rememberedanswer (api_key_id, name, fingerprint, status, body, created_at)
    VALUES (key, told_name, wanted_fingerprint, 0, '', moment)
    ON CONFLICT (api_key_id, name) DO NOTHING;
    claimed := FOUND;
    IF NOT claimed THEN
        SELECT fingerprint, status, body INTO told_fingerprint, told_status, told_body
        FROM show_api_rememberedanswer WHERE api_key_id = key AND name = told_name;
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("show_api", "0001_remembered_answers")]

    operations = [
        migrations.RunSQL(
            CLAIM, "DROP FUNCTION show_api_claim(bigint, text, text, timestamptz, timestamptz)"
        )
    ]

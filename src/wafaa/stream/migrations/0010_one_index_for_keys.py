"""Ids of messages and keys of effects are looked for as a whole, never by their beginning: the second index that Django makes for
unique text only cost each event and each effect.
"""

from django.db import migrations

DROPS = """
DROP INDEX IF EXISTS stream_messageid_message_id_339b46cf_like;
DROP INDEX IF EXISTS stream_effect_key_76e8a54f_like;
"""


class Migration(migrations.Migration):
    dependencies = [("stream", "0009_events_to_read")]

    operations = [migrations.RunSQL(DROPS, migrations.RunSQL.noop)]

"""Keys that stand in pages are known as such. Of older ones nobody can say which do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access_keys", "0001_api_keys")]

    operations = [
        migrations.AddField("ApiKey", "is_public", models.BooleanField(default=False, db_default=False)),
    ]

"""Under which keys orders and refunds were told."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("access_keys", "0001_api_keys")]

    operations = [
        migrations.CreateModel(
            name="Telling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=255)),
                ("digest", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField()),
                ("api_key", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="access_keys.apikey")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("api_key", "name"), name="checkout_told_once")],
            },
        ),
    ]

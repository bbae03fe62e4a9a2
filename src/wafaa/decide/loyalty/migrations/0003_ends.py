"""What ends by idleness, and who was told of an end."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act_points", "0004_telling"), ("decide_loyalty", "0002_functions")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="idle_months",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("pk", models.CompositePrimaryKey("wallet_id", "step", "expires_on", blank=True, editable=False, primary_key=True, serialize=False)),
                ("step", models.PositiveSmallIntegerField()),
                ("expires_on", models.DateField()),
                ("wallet", models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="act_points.wallet")),
            ],
            options={"indexes": [models.Index(fields=["expires_on"], name="loyalty_notice_old")]},
        ),
    ]

"""A key is looked for as a whole, never by its beginning: the second index that Django makes for unique text only cost each transfer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act_points", "0006_sweeping_plans")]

    operations = [
        migrations.AlterField("Transfer", "key", models.CharField(max_length=250)),
        migrations.AddConstraint("Transfer", models.UniqueConstraint(fields=["key"], name="transfer_once")),
    ]

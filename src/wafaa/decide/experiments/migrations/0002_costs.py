"""What points cost that an experiment awards."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decide_experiments", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="experiment",
            name="costs",
            field=models.JSONField(editable=False, null=True),
        ),
    ]

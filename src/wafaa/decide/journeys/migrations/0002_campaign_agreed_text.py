from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decide_journeys", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="agreed_text",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
    ]

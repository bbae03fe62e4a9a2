from django.db import migrations, models


class Migration(migrations.Migration):
    """A refused message is read again as it was read at first, with the type of its address and its batch's sentAt."""

    dependencies = [
        ("stream", "0007_erasing"),
    ]

    operations = [
        migrations.AddField(
            model_name="refusedmessage",
            name="around",
            field=models.JSONField(default=dict),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("act_cases", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("delivery", "Delivery late or lost"),
                    ("product", "Product faulty or other than described"),
                    ("price", "Price or charge"),
                    ("staff", "How staff behaved"),
                    ("waiting", "Waiting too long"),
                    ("ordering", "Website or ordering"),
                    ("returns", "Return or refund"),
                    ("place", "State of the place"),
                    ("promise", "A promise that was not kept"),
                    ("misunderstanding", "A misunderstanding"),
                    ("changed", "The customer changed the answer"),
                    ("unreachable", "The customer could not be reached"),
                    ("other", "Something else"),
                ],
                max_length=20,
            ),
        ),
    ]

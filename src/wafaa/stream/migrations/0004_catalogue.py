from django.db import migrations, models


class Migration(migrations.Migration):
    """Which names events came by, and which of their properties came with a wrong type."""

    dependencies = [
        ("stream", "0003_refused_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="EventName",
            fields=[
                ("name", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                ("count", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="EventProblem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("property", models.CharField(max_length=100)),
                ("expected", models.CharField(max_length=20)),
                ("found", models.CharField(max_length=20)),
                ("count", models.BigIntegerField(default=0)),
                ("example", models.CharField(max_length=200)),
                ("source", models.CharField(max_length=50)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "property", "expected", "found"), name="one_problem_a_kind")
                ],
            },
        ),
    ]

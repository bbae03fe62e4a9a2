import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import wafaa.show.sending.rules


class Migration(migrations.Migration):
    dependencies = [
        ("show_sending", "0001_shared_pages_and_weekly_mails"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField(default=False, verbose_name="send it")),
                (
                    "hour",
                    models.PositiveSmallIntegerField(
                        default=8, validators=[django.core.validators.MaxValueValidator(23)]
                    ),
                ),
                ("site", models.CharField(max_length=300)),
                ("since", models.DateTimeField()),
                (
                    "staff",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="case_mail",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(model_name="delivery", name="one_mail_a_week"),
        migrations.AddField(
            model_name="delivery",
            name="kind",
            field=models.CharField(
                choices=[("weekly", "weekly"), ("cases", "cases")],
                default=wafaa.show.sending.rules.Kind["WEEKLY"],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(fields=("staff", "kind", "week"), name="one_mail_a_time"),
        ),
    ]

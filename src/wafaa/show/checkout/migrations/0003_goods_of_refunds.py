"""Refunds by staff keep the goods that come back; what they move stands with the limits of the day."""

from typing import Any

from django.db import migrations, models


def hand_over(apps: Any, schema_editor: Any) -> None:
    units = dict(apps.get_model("act_points", "Unit").objects.values_list("code", "pk"))
    counted = apps.get_model("act_points", "MovedAlone").objects
    for one in apps.get_model("show_checkout", "StaffRefund").objects.filter(by__isnull=False):
        for code, amount in one.moved.items():
            if code in units and amount:
                counted.create(by_id=one.by_id, unit_id=units[code], amount=amount, at=one.at)


class Migration(migrations.Migration):
    dependencies = [("show_checkout", "0002_refunds_by_staff"), ("act_points", "0011_moved_alone")]

    operations = [
        migrations.AddField("staffrefund", "goods", models.JSONField(default=list)),
        migrations.RunPython(hand_over, migrations.RunPython.noop),
        migrations.RemoveField("staffrefund", "moved"),
    ]

from django.db import migrations, models

# A device that two people use is nobody's any more: what it told leaves whoever had it.
CREATE_TRIGGER = """
CREATE TRIGGER segments_touched_by_delete AFTER DELETE ON know_customers_distinctid REFERENCING OLD TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION learn_segments_touch('customer_id', 'ids')
"""
DROP_TRIGGER = "DROP TRIGGER segments_touched_by_delete ON know_customers_distinctid"


class Migration(migrations.Migration):
    """Memberships know what they will be at their next moment; those that stand there are looked at as before."""

    dependencies = [
        ("learn_segments", "0002_versions"),
        ("know_customers", "0003_why_merged"),
    ]

    operations = [
        migrations.AddField("membership", "then_member", models.BooleanField(null=True)),
        migrations.AddField("membership", "then_flips_at", models.DateTimeField(null=True)),
        migrations.RunSQL(CREATE_TRIGGER, DROP_TRIGGER),
    ]

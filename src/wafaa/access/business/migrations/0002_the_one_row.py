from django.db import migrations


def make_business(apps, schema_editor):
    apps.get_model("access_business", "Business").objects.get_or_create(id=1)


class Migration(migrations.Migration):

    dependencies = [
        ("access_business", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_business, migrations.RunPython.noop),
    ]

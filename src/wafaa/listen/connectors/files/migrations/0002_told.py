"""Not only customers are told."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("listen_files", "0001_initial")]

    operations = [migrations.RenameModel(old_name="ToldCustomer", new_name="Told")]

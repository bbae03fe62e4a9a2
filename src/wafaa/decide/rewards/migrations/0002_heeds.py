"""Which redemptions staff should look at, because their orders were refunded."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('act_points', '0009_charges'),
        ('act_vouchers', '0003_cards_in_console'),
        ('decide_rewards', '0001_initial'),
        ('know_customers', '0003_why_merged'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='redemption',
            name='heed',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name='redemption',
            index=models.Index(condition=models.Q(('heed', 1)), fields=['-id'], name='redemption_heeded'),
        ),
    ]

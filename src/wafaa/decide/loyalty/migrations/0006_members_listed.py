"""An index that lists members by when they joined, whole: of those who joined at one moment too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decide_loyalty', '0005_charges'),
        ('know_customers', '0003_why_merged'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='member',
            name='loyalty_member_since',
        ),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(fields=['programme', 'joined_at', 'id'], name='loyalty_member_listed'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('access_business', '0002_the_one_row'),
    ]

    operations = [
        migrations.AddField(
            model_name='business',
            name='leaders_need_second_factor',
            field=models.BooleanField(default=False),
        ),
    ]

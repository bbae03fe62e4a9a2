from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('listen_reviews', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='photo',
            name='small_as',
            field=models.CharField(blank=True, default='', max_length=64),
        ),
        migrations.AddField(
            model_name='photo',
            name='shrunk_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name='photo',
            index=models.Index(condition=models.Q(('shrunk_at', None)), fields=['id'], name='review_photo_to_shrink'),
        ),
    ]

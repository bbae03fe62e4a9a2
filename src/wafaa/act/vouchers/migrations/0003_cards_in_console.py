import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('act_vouchers', '0002_gift_cards'),
        ('know_customers', '0003_why_merged'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='giftcard',
            name='batch',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='created_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='know_customers.customer'),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='language',
            field=models.CharField(blank=True, default='', max_length=2),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='giftcard',
            name='mail_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='mail_error',
            field=models.CharField(blank=True, default='', max_length=60),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='giftcard',
            name='mail_to',
            field=models.EmailField(blank=True, default='', max_length=254),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='giftcard',
            name='mailed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='giftcard',
            name='message',
            field=models.CharField(blank=True, default='', max_length=500),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='giftcard',
            name='recipient',
            field=models.CharField(blank=True, default='', max_length=100),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='giftcard',
            index=models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='voucher_card_batch'),
        ),
        migrations.AddIndex(
            model_name='giftcard',
            index=models.Index(condition=models.Q(('mail_at__isnull', False), ('mailed_at', None)), fields=['mail_at'], name='voucher_card_to_mail'),
        ),
    ]

from django.apps import AppConfig


class ActVouchersConfig(AppConfig):
    name = "wafaa.act.vouchers"
    label = "act_vouchers"

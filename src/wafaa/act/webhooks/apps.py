from django.apps import AppConfig


class ActWebhooksConfig(AppConfig):
    name = "wafaa.act.webhooks"
    label = "act_webhooks"

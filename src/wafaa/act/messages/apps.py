from django.apps import AppConfig


class ActMessagesConfig(AppConfig):
    name = "wafaa.act.messages"
    label = "act_messages"

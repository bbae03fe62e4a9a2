from django.apps import AppConfig


class ListenConnectorsConfig(AppConfig):
    name = "wafaa.listen.connectors"
    label = "listen_connectors"

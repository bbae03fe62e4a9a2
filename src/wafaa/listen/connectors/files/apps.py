from django.apps import AppConfig


class ListenFilesConfig(AppConfig):
    name = "wafaa.listen.connectors.files"
    label = "listen_files"

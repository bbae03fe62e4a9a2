from django.urls import URLPattern, URLResolver

from wafaa.listen.surveys.console_urls import urlpatterns as console

urlpatterns: list[URLPattern | URLResolver] = [*console]

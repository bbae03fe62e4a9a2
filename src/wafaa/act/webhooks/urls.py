from django.urls import path

from wafaa.act.webhooks import pages

urlpatterns = [
    path("", pages.webhooks, name="webhooks"),
    path("add/", pages.add, name="webhook-add"),
    path("<uuid:endpoint_uuid>/", pages.webhook, name="webhook"),
    path("<uuid:endpoint_uuid>/log/", pages.log, name="webhook-log"),
    path("<uuid:endpoint_uuid>/edit/", pages.edit, name="webhook-edit"),
    path("<uuid:endpoint_uuid>/secret/", pages.secret, name="webhook-secret"),
    path("<uuid:endpoint_uuid>/rotate/", pages.rotate, name="webhook-rotate"),
    path("<uuid:endpoint_uuid>/state/", pages.turn, name="webhook-state"),
    path("<uuid:endpoint_uuid>/test/", pages.test, name="webhook-test"),
    path("<uuid:endpoint_uuid>/replay/", pages.replay, name="webhook-replay"),
    path("<uuid:endpoint_uuid>/delete/", pages.delete, name="webhook-delete"),
    path("<uuid:endpoint_uuid>/deliveries/<uuid:delivery_uuid>/", pages.delivery, name="webhook-delivery"),
]

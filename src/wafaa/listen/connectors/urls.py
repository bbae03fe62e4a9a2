from django.urls import path

from wafaa.listen.connectors.pages import console, hooks, presence

urlpatterns = [
    path("hooks/<uuid:connection_uuid>/", hooks.hook, name="hook"),
    # a lost slash must not become a redirect, which no sender follows
    path("hooks/<uuid:connection_uuid>", hooks.hook),
    path("hooks/<uuid:connection_uuid>/<path:topic>", hooks.hook, name="hook-topic"),
    path("p/<str:signed>/", presence.visit, name="visit"),
    path("connections/", console.connections, name="connections"),
    path("connections/new/<slug:system>/", console.new, name="connection-new"),
    path("connections/<uuid:connection_uuid>/", console.connection, name="connection"),
    path("connections/<uuid:connection_uuid>/progress/", console.progress, name="connection-progress"),
    path("connections/<uuid:connection_uuid>/settings/", console.settings, name="connection-settings"),
    path("connections/<uuid:connection_uuid>/qr/", presence.qr, name="connection-qr"),
    path(
        "connections/<uuid:connection_uuid>/deliveries/<int:delivery_id>/",
        console.delivery,
        name="connection-delivery",
    ),
    path("connections/<uuid:connection_uuid>/wishes/<int:wish_id>/", console.wish, name="connection-wish"),
    path("connections/<uuid:connection_uuid>/do/<slug:deed>/", console.act, name="connection-do"),
]

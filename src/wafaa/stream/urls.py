from django.urls import path

from wafaa.stream.pages import lag, live, names, parked, refused, site

urlpatterns = [
    path("", live.live, name="touchpoints"),
    path("latest/", live.latest, name="touchpoints-latest"),
    path("site/", site.site, name="touchpoints-site"),
    path("names/", names.names, name="touchpoints-names"),
    path("parked/", parked.parked, name="touchpoints-parked"),
    path("parked/retry/", parked.retry, name="touchpoints-parked-retry"),
    path("parked/discard/", parked.discard, name="touchpoints-parked-discard"),
    path("refused/", refused.refused, name="touchpoints-refused"),
    path("refused/<int:refused_id>/retry/", refused.retry, name="touchpoints-refused-retry"),
    path("refused/<int:refused_id>/discard/", refused.discard, name="touchpoints-refused-discard"),
    path("hearing/", lag.lag, name="touchpoints-lag"),
    path("hearing/replay/", lag.replay, name="touchpoints-replay"),
    path("hearing/replay/<uuid:replay_uuid>/cancel/", lag.cancel, name="touchpoints-replay-cancel"),
    path("event/<str:place>/", live.event, name="touchpoints-event"),
]

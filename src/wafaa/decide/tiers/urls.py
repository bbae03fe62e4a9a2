from django.urls import URLPattern, URLResolver, path

from wafaa.decide.tiers.pages import everybody, panel, tiers

urlpatterns: list[URLPattern | URLResolver] = [
    path("loyalty/<uuid:programme_uuid>/tiers/", tiers.tiers, name="loyalty-tiers"),
    path("loyalty/<uuid:programme_uuid>/tiers/save/", tiers.save, name="loyalty-tiers-save"),
    path(
        "loyalty/<uuid:programme_uuid>/tiers/of/<slug:set_code>/", tiers.members, name="loyalty-tier-members"
    ),
    path("loyalty/<uuid:programme_uuid>/members/", everybody.everybody, name="loyalty-members"),
    path("customers/<uuid:customer_uuid>/panels/tiers/", panel.panel, name="customer-panel-tiers"),
]

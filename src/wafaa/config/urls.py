"""The root of all addresses: each room brings its own list."""

from django.urls import include, path

urlpatterns = [
    path("", include("wafaa.show.console.urls")),
    path("", include("wafaa.access.staff.urls")),
    path("settings/", include("wafaa.access.business.urls")),
    path("customers/", include("wafaa.show.console.customers.urls")),
    path("orders/", include("wafaa.know.orders.urls")),
    path("imports/", include("wafaa.listen.connectors.files.urls")),
]

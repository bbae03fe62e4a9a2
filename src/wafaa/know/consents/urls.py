from django.urls import URLPattern, URLResolver, path

from wafaa.know.consents.pages import listing, panel, texts

urlpatterns: list[URLPattern | URLResolver] = [
    path("consents/", listing.listing, name="consents"),
    path("consents/export/", listing.export_consents, name="consents-export"),
    path("consents/texts/", texts.texts, name="consent-texts"),
    path("<uuid:customer_uuid>/panels/consents/", panel.consents, name="customer-panel-consents"),
    path("<uuid:customer_uuid>/consents/change/", panel.change, name="consent-change"),
]

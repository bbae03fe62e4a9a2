from django.urls import URLPattern, URLResolver, path

from wafaa.decide.loyalty.pages import (
    balances,
    ending,
    measures,
    outstanding,
    programmes,
    proof,
    rules,
    settings,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("loyalty/", programmes.programmes, name="loyalty"),
    path("loyalty/new/", programmes.new, name="loyalty-new"),
    path("loyalty/<uuid:programme_uuid>/", programmes.programme, name="loyalty-programme"),
    path("loyalty/<uuid:programme_uuid>/save/", programmes.save, name="loyalty-save"),
    path("loyalty/<uuid:programme_uuid>/publish/", programmes.publish_draft, name="loyalty-publish"),
    path("loyalty/<uuid:programme_uuid>/state/", programmes.change_state, name="loyalty-state"),
    path("loyalty/<uuid:programme_uuid>/measures/", measures.measures, name="loyalty-measures"),
    path("loyalty/<uuid:programme_uuid>/outstanding/", outstanding.outstanding, name="loyalty-outstanding"),
    path(
        "loyalty/<uuid:programme_uuid>/outstanding/export/",
        outstanding.export,
        name="loyalty-outstanding-export",
    ),
    path("loyalty/<uuid:programme_uuid>/proof/", proof.proof, name="loyalty-proof"),
    path("loyalty/<uuid:programme_uuid>/proof/begin/", proof.begin, name="loyalty-begin"),
    path("loyalty/<uuid:programme_uuid>/proof/end/", proof.end, name="loyalty-proof-end"),
    path("loyalty/<uuid:programme_uuid>/settings/", settings.settings, name="loyalty-settings"),
    path("loyalty/<uuid:programme_uuid>/ends/", ending.ends, name="loyalty-ends"),
    path("loyalty/<uuid:programme_uuid>/ends/extend/", ending.extend, name="loyalty-extend"),
    path("loyalty/<uuid:programme_uuid>/rules/new/", rules.new, name="loyalty-rule-new"),
    path("loyalty/<uuid:programme_uuid>/rules/preview/", rules.preview, name="loyalty-rule-preview"),
    path("loyalty/<uuid:programme_uuid>/rules/<int:number>/", rules.rule, name="loyalty-rule"),
    path(
        "loyalty/<uuid:programme_uuid>/rules/<int:number>/remove/", rules.remove, name="loyalty-rule-remove"
    ),
    path(
        "customers/<uuid:customer_uuid>/balances/<uuid:wallet_uuid>/bring-back/",
        ending.bring_back,
        name="customer-wallet-bring-back",
    ),
    path("customers/<uuid:customer_uuid>/panels/balances/", balances.panel, name="customer-panel-balances"),
    path(
        "customers/<uuid:customer_uuid>/balances/<uuid:wallet_uuid>/", balances.wallet, name="customer-wallet"
    ),
    path(
        "customers/<uuid:customer_uuid>/balances/<uuid:wallet_uuid>/adjust/",
        balances.put_right,
        name="customer-wallet-adjust",
    ),
]

from django.urls import URLPattern, URLResolver, path

from wafaa.decide.loyalty.pages import balances

urlpatterns: list[URLPattern | URLResolver] = [
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

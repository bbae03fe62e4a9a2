from django.urls import path

from wafaa.know.orders.pages import export_orders, order, orders

urlpatterns = [
    path("", orders, name="orders"),
    path("export/", export_orders, name="orders-export"),
    path("<uuid:order_uuid>/", order, name="order"),
]

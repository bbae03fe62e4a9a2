from django.urls import path

from wafaa.show.start.pages import account, business, demo, load_demo, orders, start

urlpatterns = [
    path("", start, name="start"),
    path("account/", account, name="start-account"),
    path("business/", business, name="start-business"),
    path("orders/", orders, name="start-orders"),
    path("demo/", demo, name="start-demo"),
    path("demo/load/", load_demo, name="start-demo-load"),
]

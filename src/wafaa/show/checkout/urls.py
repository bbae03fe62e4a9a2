from django.urls import path

from wafaa.show.checkout.pages import refund

urlpatterns = [path("<uuid:order_uuid>/refund/", refund, name="order-refund")]

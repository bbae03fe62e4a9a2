from django.urls import path

from wafaa.show.console.customers.pages import customer, customer_timeline, customers, export_customers

urlpatterns = [
    path("", customers, name="customers"),
    path("export/", export_customers, name="customers-export"),
    path("<uuid:customer_uuid>/", customer, name="customer"),
    path("<uuid:customer_uuid>/timeline/", customer_timeline, name="customer-timeline"),
]

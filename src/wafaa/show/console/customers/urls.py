from django.urls import path

from wafaa.show.console.customers import (
    bulk_pages,
    edit_pages,
    field_pages,
    identity_pages,
    merge_pages,
    tag_pages,
    view_pages,
)
from wafaa.show.console.customers.pages import customer, customer_timeline, customers, export_customers

urlpatterns = [
    path("", customers, name="customers"),
    path("export/", export_customers, name="customers-export"),
    path("views/", view_pages.save, name="customer-view-save"),
    path("views/<uuid:view_uuid>/remove/", view_pages.remove, name="customer-view-remove"),
    path("bulk/", bulk_pages.choose, name="customers-bulk"),
    path("bulk/start/", bulk_pages.start, name="customers-bulk-start"),
    path("bulk/<uuid:edit_uuid>/", bulk_pages.progress, name="customers-bulk-edit"),
    path("bulk/<uuid:edit_uuid>/undo/", bulk_pages.undo, name="customers-bulk-undo"),
    path("tags/", tag_pages.tags, name="tags"),
    path("tags/<int:tag_id>/", tag_pages.change, name="tag-change"),
    path("tags/<int:tag_id>/remove/", tag_pages.remove, name="tag-remove"),
    path("fields/", field_pages.fields, name="customer-fields"),
    path("fields/<int:field_id>/", field_pages.edit, name="customer-field"),
    path("fields/<int:field_id>/move/", field_pages.move, name="customer-field-move"),
    path("fields/<int:field_id>/remove/", field_pages.remove, name="customer-field-remove"),
    path("identity/", identity_pages.review, name="customer-identity"),
    path("identity/answer/", identity_pages.answer, name="customer-identity-answer"),
    path(
        "identity/decisions/<uuid:decision_uuid>/take-back/",
        identity_pages.take_back,
        name="customer-identity-take-back",
    ),
    path("<uuid:customer_uuid>/panels/identity/", identity_pages.panel, name="customer-panel-identity"),
    path(
        "<uuid:customer_uuid>/identity/take-off/", identity_pages.take_off, name="customer-identity-take-off"
    ),
    path("duplicates/", merge_pages.duplicates, name="duplicates"),
    path("merges/<uuid:merge_uuid>/undo/", merge_pages.undo, name="merge-undo"),
    path("<uuid:customer_uuid>/", customer, name="customer"),
    path("<uuid:customer_uuid>/edit/", edit_pages.edit, name="customer-edit"),
    path("<uuid:customer_uuid>/merge/", merge_pages.merge, name="customer-merge"),
    path("<uuid:customer_uuid>/timeline/", customer_timeline, name="customer-timeline"),
]

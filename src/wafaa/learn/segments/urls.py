from django.urls import path

from wafaa.learn.segments.pages import building, listing, members, one, panel

urlpatterns = [
    path("segments/", listing.segments, name="segments"),
    path("segments/new/", building.create, name="segment-new"),
    path("segments/count/", building.count, name="segment-count"),
    path("segments/suggestions/", building.suggestions, name="segment-suggestions"),
    path("segments/lists/new/", members.create, name="segment-list-new"),
    path("segments/<uuid:segment_uuid>/", one.segment, name="segment"),
    path("segments/<uuid:segment_uuid>/state/", one.state, name="segment-state"),
    path("segments/<uuid:segment_uuid>/edit/", building.edit, name="segment-edit"),
    path("segments/<uuid:segment_uuid>/why/", one.why, name="segment-why"),
    path("segments/<uuid:segment_uuid>/members/", members.members, name="segment-members"),
    path("segments/<uuid:segment_uuid>/export/", members.export, name="segment-export"),
    path("segments/<uuid:segment_uuid>/add/", members.add, name="segment-add"),
    path("segments/<uuid:segment_uuid>/take-off/", members.take_off, name="segment-take-off"),
    path("segments/<uuid:segment_uuid>/put-back/", members.put_back, name="segment-put-back"),
    path("segments/<uuid:segment_uuid>/versions/<int:number>/back/", one.back, name="segment-back"),
    path("segments/<uuid:segment_uuid>/pause/", one.pause, name="segment-pause"),
    path("segments/<uuid:segment_uuid>/resume/", one.resume, name="segment-resume"),
    path("segments/<uuid:segment_uuid>/remove/", one.remove, name="segment-remove"),
    path("segments/<uuid:segment_uuid>/restore/", one.restore, name="segment-restore"),
    path("customers/<uuid:customer_uuid>/panels/segments/", panel.panel, name="customer-panel-segments"),
]

from django.urls import path

from wafaa.show.guide.pages import chapter, guide

urlpatterns = [
    path("", guide, name="guide"),
    path("<slug:name>/", chapter, name="guide-chapter"),
]

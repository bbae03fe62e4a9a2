from django.urls import path

from wafaa.show.readability.pages import readability

urlpatterns = [path("readability/", readability, name="readability")]

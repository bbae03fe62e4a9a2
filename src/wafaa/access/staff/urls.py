from django.urls import path

from wafaa.access.staff import pages

urlpatterns = [
    path("sign-in/", pages.sign_in, name="sign-in"),
    path("sign-out/", pages.sign_out, name="sign-out"),
    path("language/", pages.switch_language, name="language"),
    path("theme/", pages.switch_theme, name="theme"),
]

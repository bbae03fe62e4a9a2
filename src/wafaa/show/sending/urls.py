from django.urls import path

from wafaa.show.sending.pages.sharing import share_new, share_revoke, shared, sharing
from wafaa.show.sending.pages.weekly import unsubscribe, weekly, weekly_again, weekly_of

urlpatterns = [
    path("sharing/", sharing, name="sharing"),
    path("sharing/new/", share_new, name="share-new"),
    path("sharing/<uuid:share_uuid>/revoke/", share_revoke, name="share-revoke"),
    path("shared/<str:token>/", shared, name="shared"),
    path("weekly/", weekly, name="weekly"),
    path("weekly/again/", weekly_again, name="weekly-again"),
    path("weekly/<int:staff_id>/", weekly_of, name="weekly-of"),
    path("weekly/stop/<str:token>/", unsubscribe, name="weekly-unsubscribe"),
]

from django.urls import path

from wafaa.show.sending.pages.case_mail import case_mail, case_mail_again, case_mail_stop
from wafaa.show.sending.pages.sharing import share_new, share_revoke, shared, sharing
from wafaa.show.sending.pages.weekly import unsubscribe, weekly, weekly_again, weekly_of

urlpatterns = [
    path("cases/mail/", case_mail, name="case-mail"),
    path("cases/mail/again/", case_mail_again, name="case-mail-again"),
    path("cases/mail/stop/<str:token>/", case_mail_stop, name="case-mail-stop"),
    path("sharing/", sharing, name="sharing"),
    path("sharing/new/", share_new, name="share-new"),
    path("sharing/<uuid:share_uuid>/revoke/", share_revoke, name="share-revoke"),
    path("shared/<str:token>/", shared, name="shared"),
    path("weekly/", weekly, name="weekly"),
    path("weekly/again/", weekly_again, name="weekly-again"),
    path("weekly/<int:staff_id>/", weekly_of, name="weekly-of"),
    path("weekly/stop/<str:token>/", unsubscribe, name="weekly-unsubscribe"),
]

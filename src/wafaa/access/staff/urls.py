from django.urls import path

from wafaa.access.staff.pages import account, choices, reset, sign_in

urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign-in"),
    path(
        "sign-in/second-factor/", sign_in.second_factor, name="mfa_authenticate"
    ),  # allauth's name for this stage
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("forgotten-password/", reset.forgotten, name="password-forgotten"),
    path("forgotten-password/<str:uidb64>/<str:token>/", reset.choose_password, name="password-choose"),
    path("account/", account.account, name="account"),
    path("account/confirm/", account.confirm, name="account-confirm"),
    path("account/password/", account.change_password, name="account-password"),
    path("account/second-factor/", account.set_up_second_factor, name="account-second-factor"),
    path("account/second-factor/remove/", account.remove_second_factor, name="account-second-factor-remove"),
    path("account/recovery-codes/", account.recovery_codes, name="account-recovery-codes"),
    path("account/sessions/end/", account.end_one_session, name="account-session-end"),
    path("account/sessions/end-others/", account.end_other_sessions, name="account-sessions-end"),
    path("language/", choices.switch_language, name="language"),
    path("theme/", choices.switch_theme, name="theme"),
]

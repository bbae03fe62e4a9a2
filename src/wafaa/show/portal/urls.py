from django.urls import path

from wafaa.show.portal.pages import console, entering, own, shell

urlpatterns = [
    path("me/", own.home, name="me"),
    path("me/sign-in/", entering.sign_in, name="me-sign-in"),
    path("me/code/", entering.code, name="me-code"),
    path("me/enter/<str:token>/", entering.enter, name="me-enter"),
    path("me/who/", entering.who, name="me-who"),
    path("me/join/", entering.join_in, name="me-join"),
    path("me/out/", entering.leave, name="me-out"),
    path("me/out/everywhere/", entering.leave_everywhere, name="me-out-everywhere"),
    path("me/card/", own.card, name="me-card"),
    path("me/card/code/", own.card_code, name="me-card-code"),
    path("me/card/new/", own.card_renew, name="me-card-new"),
    path("me/orders/", own.orders, name="me-orders"),
    path("me/orders/<uuid:order_uuid>/", own.order, name="me-order"),
    path("me/history/<uuid:wallet_uuid>/", own.history, name="me-history"),
    path("me/programmes/<uuid:programme_uuid>/join/", own.join_one, name="me-programme-join"),
    path("me/choices/", own.choices, name="me-choices"),
    path("me/details/", own.details, name="me-details"),
    path("me/privacy/", own.privacy, name="me-privacy"),
    path("me/manifest.json", shell.manifest, name="me-manifest"),
    path("me/worker.js", shell.worker, name="me-worker"),
    path("me/icon-<int:size>.png", shell.icon, name="me-icon"),
    path("me/colours.css", shell.colours, name="me-colours"),
    path("me/offline/", shell.offline, name="me-offline"),
    path("settings/portal/", console.portal, name="portal"),
]

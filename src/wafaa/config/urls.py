"""The root of all addresses: each room brings its own list."""

from django.urls import include, path

from wafaa.decide.asking.appearing import pop_ups
from wafaa.listen.surveys.embedding.script import surveys_script
from wafaa.stream.pages.script import script

urlpatterns = [
    path("wafaa.js", script, name="script"),
    path("surveys.js", surveys_script, name="script-surveys"),
    path("surveys.json", pop_ups, name="script-pop-ups"),
    path("", include("wafaa.show.console.urls")),
    path("", include("wafaa.access.staff.urls")),
    path("settings/", include("wafaa.access.business.urls")),
    path("start/", include("wafaa.show.start.urls")),
    path("guide/", include("wafaa.show.guide.urls")),
    path("settings/keys/", include("wafaa.access.keys.urls")),
    path("customers/", include("wafaa.know.consents.urls")),
    path("customers/", include("wafaa.show.privacy.urls")),
    path("customers/", include("wafaa.show.console.customers.urls")),
    path("", include("wafaa.learn.segments.urls")),
    path("orders/", include("wafaa.know.orders.urls")),
    path("orders/", include("wafaa.show.checkout.urls")),
    path("", include("wafaa.know.notes.urls")),
    path("touchpoints/", include("wafaa.stream.urls")),
    path("", include("wafaa.know.journey.urls")),
    path("", include("wafaa.listen.connectors.urls")),
    path("webhooks/", include("wafaa.act.webhooks.urls")),
    path("", include("wafaa.act.messages.urls")),
    path("", include("wafaa.decide.journeys.urls")),
    path("", include("wafaa.decide.experiments.urls")),
    path("imports/", include("wafaa.listen.connectors.files.urls")),
    path("", include("wafaa.show.sending.urls")),
    path("", include("wafaa.listen.surveys.urls")),
    path("", include("wafaa.listen.reviews.urls")),
    path("", include("wafaa.act.cases.urls")),
    path("", include("wafaa.act.vouchers.urls")),
    path("", include("wafaa.learn.feedback.urls")),
    path("", include("wafaa.decide.asking.urls")),
    path("", include("wafaa.decide.suggestions.urls")),
    path("", include("wafaa.act.points.urls")),
    path("", include("wafaa.decide.gifts.urls")),
    path("", include("wafaa.decide.loyalty.urls")),
    path("", include("wafaa.decide.rewards.urls")),
    path("", include("wafaa.decide.tiers.urls")),
    path("", include("wafaa.show.answers.urls")),
    path("", include("wafaa.show.readability.urls")),
    path("", include("wafaa.show.portal.urls")),
    path("till/", include("wafaa.show.till.urls")),
    path("v1/", include("wafaa.show.api.urls")),
]

handler400 = "wafaa.design.pages.refuse_request"
handler500 = "wafaa.design.failures.server_error"

from django.urls import URLPattern, URLResolver, path

from wafaa.decide.rewards.pages import catalogue, redemptions

urlpatterns: list[URLPattern | URLResolver] = [
    path("rewards/", catalogue.rewards, name="rewards"),
    path("rewards/new/", catalogue.new, name="reward-new"),
    path("rewards/preview/", catalogue.preview, name="reward-preview"),
    path("rewards/redemptions/", redemptions.redemptions, name="redemptions"),
    path("rewards/redemptions/<uuid:redemption_uuid>/", redemptions.redemption, name="redemption"),
    path("rewards/pictures/<str:digest>/", catalogue.picture, name="reward-picture"),
    path("rewards/<uuid:reward_uuid>/", catalogue.reward, name="reward"),
    path("rewards/<uuid:reward_uuid>/change/", catalogue.change, name="reward-change"),
    path("rewards/<uuid:reward_uuid>/state/", catalogue.turn, name="reward-state"),
    path("rewards/<uuid:reward_uuid>/up/", catalogue.move, name="reward-up"),
    path("rewards/<uuid:reward_uuid>/stock/", catalogue.count, name="reward-stock"),
    path("customers/<uuid:customer_uuid>/panels/rewards/", redemptions.panel, name="customer-panel-rewards"),
]

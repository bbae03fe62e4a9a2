from django.urls import URLPattern, URLResolver, path

from wafaa.decide.gifts.pages import budget, gifts, panel

urlpatterns: list[URLPattern | URLResolver] = [
    path("loyalty/gifts/", gifts.gifts, name="gifts"),
    path("loyalty/gifts/new/", gifts.new, name="gift-budget-new"),
    path("loyalty/gifts/asked/<uuid:gift_uuid>/", gifts.decide, name="gift-decide"),
    path("loyalty/gifts/<uuid:budget_uuid>/", budget.budget, name="gift-budget"),
    path("loyalty/gifts/<uuid:budget_uuid>/change/", budget.change, name="gift-budget-change"),
    path("loyalty/gifts/<uuid:budget_uuid>/offer/", budget.offer, name="gift-budget-offer"),
    path("loyalty/gifts/<uuid:budget_uuid>/rule/", budget.rule, name="gift-budget-rule"),
    path("loyalty/gifts/<uuid:budget_uuid>/draw/", budget.draw, name="gift-budget-draw"),
    path("loyalty/gifts/<uuid:budget_uuid>/state/", budget.turn, name="gift-budget-state"),
    path("customers/<uuid:customer_uuid>/panels/gifts/", panel.panel, name="customer-panel-gifts"),
    path("customers/<uuid:customer_uuid>/gifts/", panel.give, name="customer-gift"),
]

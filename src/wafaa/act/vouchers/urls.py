from django.urls import URLPattern, URLResolver, path

from wafaa.act.vouchers.pages import card, cards, codes, panel, pool, pools

urlpatterns: list[URLPattern | URLResolver] = [
    path("vouchers/", pools.vouchers, name="vouchers"),
    path("vouchers/new/", pools.new, name="voucher-new"),
    path("vouchers/preview/", pools.preview, name="voucher-preview"),
    path("vouchers/check/", pools.check, name="voucher-check"),
    path("vouchers/gift-cards/", cards.cards, name="gift-cards"),
    path("vouchers/gift-cards/new/", cards.new, name="gift-card-new"),
    path("vouchers/gift-cards/find/", cards.find, name="gift-card-find"),
    path("vouchers/gift-cards/batches/<uuid:batch_uuid>/", cards.batch, name="gift-card-batch"),
    path(
        "vouchers/gift-cards/batches/<uuid:batch_uuid>/export/", cards.export, name="gift-card-batch-export"
    ),
    path("vouchers/gift-cards/<uuid:card_uuid>/", card.card, name="gift-card"),
    path("vouchers/gift-cards/<uuid:card_uuid>/add/", card.add, name="gift-card-add"),
    path("vouchers/gift-cards/<uuid:card_uuid>/state/", card.turn, name="gift-card-state"),
    path("vouchers/gift-cards/<uuid:card_uuid>/mail/", card.mail, name="gift-card-mail"),
    path("vouchers/gift-cards/<uuid:card_uuid>/print/", card.sheet, name="gift-card-print"),
    path("vouchers/<uuid:pool_uuid>/", pool.pool, name="voucher-pool"),
    path("vouchers/<uuid:pool_uuid>/change/", pool.change, name="voucher-change"),
    path("vouchers/<uuid:pool_uuid>/state/", pool.turn, name="voucher-state"),
    path("vouchers/<uuid:pool_uuid>/more/", codes.more, name="voucher-more"),
    path("vouchers/<uuid:pool_uuid>/bring/", codes.bring, name="voucher-bring"),
    path("vouchers/<uuid:pool_uuid>/codes/export/", codes.export, name="voucher-codes-export"),
    path("vouchers/<uuid:pool_uuid>/codes/<str:text>/", codes.code, name="voucher-code"),
    path("vouchers/<uuid:pool_uuid>/codes/<str:text>/state/", codes.turn, name="voucher-code-state"),
    path("vouchers/batches/<uuid:batch_uuid>/", codes.progress, name="voucher-batch"),
    path("vouchers/batches/<uuid:batch_uuid>/undo/", codes.undo, name="voucher-batch-undo"),
    path("vouchers/uses/<uuid:use_uuid>/back/", codes.take_back, name="voucher-use-back"),
    path("customers/<uuid:customer_uuid>/panels/vouchers/", panel.panel, name="customer-panel-vouchers"),
]

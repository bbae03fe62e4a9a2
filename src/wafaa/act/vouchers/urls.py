from django.urls import URLPattern, URLResolver, path

from wafaa.act.vouchers.pages import codes, panel, pool, pools

urlpatterns: list[URLPattern | URLResolver] = [
    path("vouchers/", pools.vouchers, name="vouchers"),
    path("vouchers/new/", pools.new, name="voucher-new"),
    path("vouchers/preview/", pools.preview, name="voucher-preview"),
    path("vouchers/check/", pools.check, name="voucher-check"),
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

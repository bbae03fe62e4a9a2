from django.urls import URLPattern, URLResolver, path

from wafaa.listen.reviews.pages import console, more, web, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("reviews.js", web.script, name="review-script"),
    path("r/to/<uuid:showing_uuid>/<int:site_id>/", writing.go, name="review-site-go"),
    path("r/<str:token>/", writing.write, name="review-write"),
    path("r/<str:token>/done/", writing.done, name="review-done"),
    path("r/<str:token>/quote/", writing.take_quote_back, name="review-quote-back"),
    path("r/<str:token>/remove/<int:product_id>/", writing.remove, name="review-remove"),
    path("r/<str:token>/confirm/<str:code>/", writing.confirm, name="review-confirm"),
    path("reviews/", console.reviews, name="reviews"),
    path("reviews/export/", console.export, name="reviews-export"),
    path("reviews/decide/", console.decide, name="reviews-decide"),
    path("reviews/undo/", console.undo, name="reviews-undo"),
    path("reviews/testimonials/", more.testimonials, name="review-testimonials"),
    path("reviews/shop/", more.shop, name="reviews-shop"),
    path("reviews/sites/", more.sites, name="review-sites"),
    path("reviews/sites/<int:site_id>/remove/", more.site_remove, name="review-site-remove"),
    path("reviews/audit/", more.audit, name="reviews-audit"),
    path("reviews/photos/<uuid:photo_uuid>/", web.photo, name="review-photo"),
    path("reviews/of/<path:ref>/write/", web.write, name="review-web"),
    path("reviews/of/<path:ref>/", web.product, name="review-of"),
    path("reviews/<uuid:review_uuid>/", console.review, name="review"),
    path("reviews/<uuid:review_uuid>/reply/", console.reply, name="review-reply"),
    path("reviews/<uuid:review_uuid>/testimonial/", console.testimonial, name="review-testimonial"),
    path("customers/<uuid:customer_uuid>/panels/reviews/", more.panel, name="customer-panel-reviews"),
]

from django.apps import AppConfig


class ListenReviewsConfig(AppConfig):
    name = "wafaa.listen.reviews"
    label = "listen_reviews"

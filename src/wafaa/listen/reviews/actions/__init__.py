"""Everything that changes reviews."""

from wafaa.listen.reviews.actions.following import REVIEWS_FOLLOW, erase_customer
from wafaa.listen.reviews.actions.hearing import hear_reviews
from wafaa.listen.reviews.actions.inviting import (
    make_review_invitations,
    mark_sent,
    note_opened,
    note_skipped,
)
from wafaa.listen.reviews.actions.moderating import (
    choose_testimonial,
    publish_reviews,
    reject_reviews,
    set_reply,
    undo_decisions,
)
from wafaa.listen.reviews.actions.photos import shrink_photos, sweep_photos
from wafaa.listen.reviews.actions.sites import (
    add_site,
    note_pressed,
    remove_site,
    show_sites,
    show_sites_after_answer,
)
from wafaa.listen.reviews.actions.web import confirm_order, write_web_review
from wafaa.listen.reviews.actions.writing import submit_reviews, withdraw_quotes, withdraw_review

__all__ = [
    "REVIEWS_FOLLOW",
    "add_site",
    "choose_testimonial",
    "confirm_order",
    "erase_customer",
    "hear_reviews",
    "make_review_invitations",
    "mark_sent",
    "note_opened",
    "note_pressed",
    "note_skipped",
    "publish_reviews",
    "reject_reviews",
    "remove_site",
    "set_reply",
    "show_sites",
    "show_sites_after_answer",
    "shrink_photos",
    "submit_reviews",
    "sweep_photos",
    "undo_decisions",
    "withdraw_quotes",
    "withdraw_review",
    "write_web_review",
]

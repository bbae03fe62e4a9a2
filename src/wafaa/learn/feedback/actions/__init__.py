"""Writing comments: hearing and reading them, correcting, learning from them, following customers, erasing."""

from wafaa.learn.feedback.actions.correcting import correct_comment, undo_correction
from wafaa.learn.feedback.actions.following import COMMENTS_FOLLOW, erase_customer
from wafaa.learn.feedback.actions.hearing import hear_comments
from wafaa.learn.feedback.actions.teaching import learn_from_comments

__all__ = [
    "COMMENTS_FOLLOW",
    "correct_comment",
    "erase_customer",
    "hear_comments",
    "learn_from_comments",
    "undo_correction",
]

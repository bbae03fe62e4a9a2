"""Everything that changes suggestions: gathered, added, merged, decided, and those who asked told."""

from wafaa.decide.suggestions.actions.deciding import add_suggestion, change_suggestion, decide_suggestion
from wafaa.decide.suggestions.actions.following import VOICES_FOLLOW, erase_customer, forget_surveys
from wafaa.decide.suggestions.actions.gathering import gather_wishes
from wafaa.decide.suggestions.actions.merging import merge_suggestions, undo_merge
from wafaa.decide.suggestions.actions.telling import tell_askers

__all__ = [
    "VOICES_FOLLOW",
    "add_suggestion",
    "change_suggestion",
    "decide_suggestion",
    "erase_customer",
    "forget_surveys",
    "gather_wishes",
    "merge_suggestions",
    "tell_askers",
    "undo_merge",
]

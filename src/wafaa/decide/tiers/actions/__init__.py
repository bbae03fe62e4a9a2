"""Everything that changes where members stand."""

from wafaa.decide.tiers.actions.following import STANDINGS_FOLLOW
from wafaa.decide.tiers.actions.hearing import apply_events
from wafaa.decide.tiers.actions.judging import judge_members
from wafaa.decide.tiers.actions.previewing import preview_tiers
from wafaa.decide.tiers.actions.sweeping import judge_due, place_members

__all__ = ["STANDINGS_FOLLOW", "apply_events", "judge_due", "judge_members", "place_members", "preview_tiers"]

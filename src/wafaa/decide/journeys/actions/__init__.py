"""Everything that changes campaigns and automations: writing them, hearing events, going on when a moment has come."""

from wafaa.decide.journeys.actions.automations import (
    add_ready,
    change_automation,
    create_automation,
    ensure_ready,
    pause_automation,
    resume_automation,
    switch_off,
    switch_on,
)
from wafaa.decide.journeys.actions.campaigns import (
    approve_campaign,
    cancel_campaign,
    change_campaign,
    copy_campaign,
    create_campaign,
    launch_campaign,
    pause_campaign,
    remove_draft,
    resume_campaign,
    set_approval_above,
)
from wafaa.decide.journeys.actions.following import RUNS_FOLLOW, erase_customer
from wafaa.decide.journeys.actions.hearing import apply_events
from wafaa.decide.journeys.actions.releasing import release_runs
from wafaa.decide.journeys.actions.sweeping import walk_sweeps
from wafaa.decide.journeys.actions.turns import take_turns
from wafaa.decide.journeys.actions.walking import walk_campaigns

__all__ = [
    "RUNS_FOLLOW",
    "add_ready",
    "apply_events",
    "approve_campaign",
    "cancel_campaign",
    "change_automation",
    "change_campaign",
    "copy_campaign",
    "create_automation",
    "create_campaign",
    "ensure_ready",
    "erase_customer",
    "go_on",
    "launch_campaign",
    "pause_automation",
    "pause_campaign",
    "release_runs",
    "remove_draft",
    "resume_automation",
    "resume_campaign",
    "set_approval_above",
    "switch_off",
    "switch_on",
    "walk_campaigns",
    "walk_sweeps",
]


def go_on() -> int:
    """One round of all that has its own moments: campaigns, days, runs. Returns how many people were looked at; 0 means
    that nothing is due. Each chunk is a transaction of its own, and several workers may do this at once.
    """
    return take_turns((walk_campaigns, walk_sweeps, release_runs), lambda do: do())

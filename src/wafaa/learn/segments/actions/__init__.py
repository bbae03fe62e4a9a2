"""Everything that changes segments: defining them, counting them, keeping them true, lists, ready-made ones."""

from wafaa.learn.segments.actions.building import (
    rebuild_misplaced,
    resume_builds,
    run_build,
    start_build,
    sweep_builds,
)
from wafaa.learn.segments.actions.defining import (
    change_segment,
    create_segment,
    pause_segment,
    read_definition,
    remove_segment,
    resume_segment,
)
from wafaa.learn.segments.actions.flipping import catch_up, find_next_flip, flip_due
from wafaa.learn.segments.actions.forgetting import forget_person
from wafaa.learn.segments.actions.keeping import (
    SET_ASIDE_DAYS,
    go_back,
    remove_set_aside,
    restore_segment,
    set_aside,
)
from wafaa.learn.segments.actions.listing import (
    LISTS_FOLLOW,
    add_to_list,
    create_list,
    import_list,
    take_off_list,
)
from wafaa.learn.segments.actions.refreshing import catch_up_touched
from wafaa.learn.segments.actions.removing import erase_customer, note_sizes
from wafaa.learn.segments.actions.standing import (
    ensure_ready,
    ensure_ready_segment,
    refresh_moved_standings,
    refresh_standings,
)

__all__ = [
    "LISTS_FOLLOW",
    "SET_ASIDE_DAYS",
    "add_to_list",
    "catch_up",
    "catch_up_touched",
    "change_segment",
    "create_list",
    "create_segment",
    "ensure_ready",
    "ensure_ready_segment",
    "erase_customer",
    "find_next_flip",
    "flip_due",
    "forget_person",
    "go_back",
    "import_list",
    "note_sizes",
    "pause_segment",
    "read_definition",
    "rebuild_misplaced",
    "refresh_moved_standings",
    "refresh_standings",
    "remove_segment",
    "remove_set_aside",
    "restore_segment",
    "resume_builds",
    "resume_segment",
    "run_build",
    "set_aside",
    "start_build",
    "sweep_builds",
    "take_off_list",
]

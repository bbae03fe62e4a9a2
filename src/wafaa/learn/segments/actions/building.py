"""Counting a segment anew: beside what is shown, which then gives way in one step."""

import logging
import time

from django.db import connection, transaction

from wafaa.access.business.queries import get_business
from wafaa.kit import clock
from wafaa.kit.sql import load_sql
from wafaa.learn.segments.actions.flipping import settle_due, turn_due
from wafaa.learn.segments.actions.refreshing import (
    ROOM,
    ask,
    hold_lock,
    judge_customers,
    read_stored,
    write_verdicts,
)
from wafaa.learn.segments.actions.removing import note_sizes
from wafaa.learn.segments.compiling import compile_tree
from wafaa.learn.segments.live import KEPT_KINDS, as_live
from wafaa.learn.segments.models import Build, Membership, Segment, Touched
from wafaa.learn.segments.rules import Moment, list_sources, write_tree
from wafaa.learn.segments.trees import expand_definition, list_dependents
from wafaa.stream.actions import keep_silent

log = logging.getLogger(__name__)

# Of those touched while a build was counting, so many are looked at in one transaction.
CAUGHT_UP_AT_ONCE = 2_000
SWEPT_AT_ONCE = 20_000
# Whoever began to write before the build was asked for ends in seconds; a session that somebody forgot may not.
WRITERS_PATIENCE_S = 120
WRITERS_POLL_S = 0.05


@transaction.atomic
def start_build(*, segment: Segment) -> Build:
    """Asks for a segment to be counted by its present definition; a build of it under way is given up.

    run_build does it, in a job that is asked for with it.
    """
    from wafaa.learn.segments.tasks import build_segment

    segment = Segment.objects.select_for_update().get(pk=segment.pk)
    Build.objects.filter(segment=segment, state=Build.State.COMING).update(state=Build.State.GONE)
    business = get_business()
    moment = Moment(now=clock.now(), zone=business.zone, currency=business.currency)
    tree = expand_definition(segment)
    build = Build.objects.create(
        segment=segment,
        version=segment.version,
        definition=write_tree(tree),
        sources=list_sources(tree, moment),
        zone=business.time_zone,
        currency=business.currency,
        started_at=moment.now,
    )
    build_segment.defer(build_id=build.pk)
    return build


def run_build(*, build_id: int) -> bool:
    """Counts and shows a build; returns whether it is shown. One that was given up meanwhile is left alone.

    May be run again after a kill at any point.
    """
    build = Build.objects.select_related("segment").filter(pk=build_id, state=Build.State.COMING).first()
    if build is None:
        return False
    _wait_for_writers(build)
    _fill(build)
    while _catch_up(build) == CAUGHT_UP_AT_ONCE:
        pass
    while settle_due(as_live(build), until=clock.now()):
        pass
    is_shown = _show(build)
    if is_shown:
        note_sizes(only=build.segment)  # what lists of segments show
    sweep_builds()
    return is_shown


def _wait_for_writers(build: Build) -> None:
    """Until every transaction has ended that may have written while nothing asked of what it wrote: its rows touched nobody,
    and the count would not see them either.

    Not stream's horizon, which passes by those that record nothing.
    """
    ((newest,),) = ask("get_newest_xid", {})
    patience, is_waiting = time.monotonic() + WRITERS_PATIENCE_S, False
    while ask("has_writers", {"newest": newest})[0][0]:
        if not is_waiting:
            log.info("Build %s waits for those who are writing", build.pk)
            is_waiting = True
        if time.monotonic() > patience:
            log.warning(
                "Build %s goes on beside a transaction that is open for %s s: whom it writes may be missing",
                build.pk,
                WRITERS_PATIENCE_S,
            )
            return
        time.sleep(WRITERS_POLL_S)


@transaction.atomic
def _fill(build: Build) -> None:
    """One statement over everything, which nobody waits for: customers touched from now on are looked at afterwards."""
    keep_silent()
    if Membership.objects.filter(build=build).exists():
        return  # an earlier try came so far
    live = as_live(build)
    moment = live.moment
    shown_id = build.segment and build.segment.build_id
    judge, values = compile_tree(live.tree, moment, foresees=True)
    sql = load_sql(ROOM, "fill_build").replace("/*judge*/", judge)
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {**values, "build_id": build.pk, "shown_id": shown_id or 0, "now": moment.now},
        )


@transaction.atomic
def _catch_up(build: Build) -> int:
    """Looks at customers who were touched while it was counting; what shows them does not change yet."""
    hold_lock()
    ids = [one for (one,) in ask("take_touched_of_build", {"build_id": build.pk, "limit": CAUGHT_UP_AT_ONCE})]
    customers = dict.fromkeys(ids)
    live = as_live(build)
    write_verdicts([live], judge_customers([live], customers), read_stored([live], customers))
    return len(ids)


@transaction.atomic
def _show(build: Build) -> bool:
    hold_lock()
    while _catch_up(build):  # nobody else can touch it: we have the lock
        pass
    segment = Segment.objects.select_for_update().filter(builds=build.pk).first()
    build = Build.objects.select_for_update().get(pk=build.pk)
    if segment is None or build.state != Build.State.COMING:
        return False
    _settle_both(segment, build)
    Build.objects.filter(segment=segment, state=Build.State.SHOWN).update(state=Build.State.GONE)
    build.state, build.finished_at = Build.State.SHOWN, clock.now()
    build.save(update_fields=["state", "finished_at"])
    segment.build, segment.built_at = build, build.finished_at
    if segment.state == Segment.State.BUILDING:
        segment.state = Segment.State.LIVE
    segment.save(update_fields=["build", "built_at", "state"])
    return True


def _settle_both(segment: Segment, build: Build) -> None:
    """Whose moment came up to now: the build that was shown so far tells of it, the new one stands so without a word."""
    now = clock.now()
    if segment.state == Segment.State.LIVE and segment.build is not None:
        while turn_due(as_live(segment.build), until=now):
            pass
    while settle_due(as_live(build), until=now):
        pass


def sweep_builds() -> int:
    """Removes what is not shown any more, in chunks; returns how many builds went."""
    gone = list(Build.objects.filter(state=Build.State.GONE))
    for build in gone:
        while _sweep(build.pk):
            pass
        Touched.objects.filter(build_id=build.pk).delete()
        build.delete()
    return len(gone)


def _sweep(build_id: int) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        keep_silent()
        cursor.execute(load_sql(ROOM, "sweep_build"), {"build_id": build_id, "limit": SWEPT_AT_ONCE})
        return int(cursor.rowcount)


def rebuild_asking(source: str) -> int:
    """Counts anew all segments that ask of this source (rules.list_sources); returns how many."""
    # those under way too: they may have counted before it changed
    asking = Build.objects.exclude(state=Build.State.GONE).filter(sources__contains=[source])
    segments = Segment.objects.filter(pk__in=asking.values("segment"), kind__in=KEPT_KINDS).exclude(
        state=Segment.State.PAUSED
    )
    return len([start_build(segment=segment) for segment in segments])


@transaction.atomic
def rebuild_dependents(*, segment: Segment) -> int:
    """Counts anew the segments whose conditions name this one, directly or by others; returns how many."""
    kept = [one for one in list_dependents(segment) if one.state != Segment.State.PAUSED]
    return len([start_build(segment=one) for one in kept])


def rebuild_misplaced() -> int:
    """Counts anew what was counted in another time zone or currency than the business's present one; returns how many."""
    business = get_business()
    present = Build.objects.filter(zone=business.time_zone, currency=business.currency).exclude(
        state=Build.State.GONE
    )
    kept = Segment.objects.filter(state=Segment.State.LIVE, kind__in=KEPT_KINDS)
    misplaced = kept.exclude(pk__in=present.values("segment"))
    return len([start_build(segment=segment) for segment in misplaced])


def resume_builds() -> int:
    """Asks again for builds whose job was lost; returns how many."""
    from wafaa.learn.segments.tasks import build_segment

    coming = Build.objects.filter(state=Build.State.COMING).values_list("pk", flat=True)
    for build_id in coming:
        build_segment.defer(build_id=build_id)
    return len(coming)

"""Segments as the jobs and the threads keep them, for tests: built, settled, and who is in by number."""

from tests.draining import drain_all

from wafaa.know.customers.models import Customer
from wafaa.learn.segments.actions import catch_up, create_segment, run_build
from wafaa.learn.segments.models import Build
from wafaa.learn.segments.queries import list_member_ids
from wafaa.stream.models import Event


def build(segment):
    """What the job does."""
    run_build(build_id=Build.objects.get(segment=segment, state="coming").pk)
    segment.refresh_from_db()
    return segment


def make_segment(definition, name="S"):
    return build(create_segment(name=name, definition=definition, by=None))


def settle():
    catch_up()
    drain_all()


def told():
    """(name, distinct id) of what segments told, in order."""
    return list(
        Event.objects.filter(source="segments").order_by("position").values_list("name", "distinct_id")
    )


def numbers(segment):
    segment.refresh_from_db()
    members = Customer.objects.filter(pk__in=list_member_ids(segment))
    return sorted(members.values_list("external_id", flat=True))

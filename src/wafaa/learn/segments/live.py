"""The builds that are kept up to date, with their definitions as functions; each definition is read once in a process."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from wafaa.kit import clock
from wafaa.learn.segments.models import Build, Segment
from wafaa.learn.segments.rules import Judge, Moment, Needs, Tree, find_needs, make_judge, read_tree


@dataclass(frozen=True, kw_only=True)
class LiveBuild:
    """A build that is shown, and of what."""

    build_id: int
    segment_uuid: uuid.UUID
    name: str
    version: int
    zone: str
    currency: str
    definition: str

    @property
    def tree(self) -> Tree:
        return read_definition(self.definition)

    @property
    def judge(self) -> Judge:
        return make_judge_of(self.definition)

    @property
    def heard(self) -> frozenset[str]:
        """The names of events that it asks for."""
        return list_heard_of(self.definition)

    @property
    def moment(self) -> Moment:
        """Now, in the calendar that it was built with."""
        return Moment(now=clock.now(), zone=ZoneInfo(self.zone), currency=self.currency)


@lru_cache(maxsize=1_000)
def read_definition(text: str) -> Tree:
    return read_tree(msgspec.json.decode(text), is_expanded=True)


@lru_cache(maxsize=1_000)
def make_judge_of(text: str) -> Judge:
    return make_judge(read_definition(text))


@lru_cache(maxsize=1_000)
def list_heard_of(text: str) -> frozenset[str]:
    return frozenset(find_needs([read_definition(text)]).events)


@lru_cache(maxsize=100)
def _find_needs(definitions: tuple[str, ...]) -> Needs:
    return find_needs([read_definition(text) for text in definitions])


def find_needs_of(builds: Iterable[LiveBuild]) -> Needs:
    """What has to be known to judge by all of them."""
    return _find_needs(tuple(sorted({build.definition for build in builds})))


def list_live_builds() -> list[LiveBuild]:
    """Of all segments that are kept up to date, in the order of their ids."""
    shown = Build.objects.filter(
        state=Build.State.SHOWN, segment__state=Segment.State.LIVE, segment__kind__in=KEPT_KINDS
    )
    return [as_live(build) for build in shown.select_related("segment").order_by("id")]


KEPT_KINDS = (Segment.Kind.DYNAMIC, Segment.Kind.READY)


def as_live(build: Build) -> LiveBuild:
    assert build.segment is not None, "a build of a removed segment is only swept"
    return LiveBuild(
        build_id=build.pk,
        segment_uuid=build.segment.uuid,
        name=build.segment.name,
        version=build.version,
        zone=build.zone,
        currency=build.currency,
        definition=msgspec.json.encode(build.definition).decode(),
    )


def list_coming() -> Sequence[int]:
    """The ids of builds under way."""
    return list(Build.objects.filter(state=Build.State.COMING).order_by("id").values_list("id", flat=True))


def list_heard_names() -> frozenset[str]:
    """The names of events that conditions ask for, of builds that are shown or under way."""
    asking = Build.objects.exclude(state=Build.State.GONE).filter(sources__contains=["ids"])
    definitions = (msgspec.json.encode(one).decode() for one in asking.values_list("definition", flat=True))
    return frozenset(_find_needs(tuple(sorted(set(definitions)))).events)

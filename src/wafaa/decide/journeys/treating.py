"""The last step of everything here: who is kept aside, and the rest handed to messages, in the caller's transaction."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wafaa.access.staff.models import Staff
from wafaa.act.messages.actions import send
from wafaa.act.messages.foreseeing import foresee
from wafaa.act.messages.models import Template
from wafaa.act.messages.rules import Lane, Person, State
from wafaa.decide.experiments.actions import create_experiment, expose_customers
from wafaa.decide.experiments.models import Experiment, list_arms
from wafaa.decide.experiments.queries import in_universal_control
from wafaa.decide.experiments.rules import CONTROL, Kind, Verdict, assign, make_arms
from wafaa.decide.experiments.rules import State as ExperimentState
from wafaa.know.consents.rules import Purpose
from wafaa.know.customers.models import Customer

# What a message says of whom it spares: kept aside of all marketing, or of this one thing.
UNIVERSAL = "universal"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A message that somebody is to get, or would be if they were not kept aside."""

    customer_id: int
    step: str
    deadline: datetime
    due_at: datetime | None = None  # now
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Treatment:
    """What all messages of one reason have in common."""

    reason: str
    template: Template
    experiment: Experiment | None
    salt: str
    control_bp: int
    channel: str
    lane: Lane
    priority: int

    @property
    def own_group(self) -> str:
        return self.reason.partition(":")[0]

    @property
    def obeys_universal(self) -> bool:
        """Who is kept aside of all marketing hears of their own orders none the less."""
        return self.template.purpose == Purpose.MARKETING


def treat(treatment: Treatment, wanted: Sequence[Wanted]) -> set[int]:
    """Divides those who could be reached, tells the stream that they came in, and asks for the messages: also for those who
    are kept aside, so that their page says why there is none. Returns these. Asked again it does nothing twice.
    """
    groups, aside = _find_groups(treatment, sorted({one.customer_id for one in wanted}))
    by_moment: dict[datetime | None, list[Wanted]] = defaultdict(list)
    for one in wanted:
        by_moment[one.due_at].append(one)
    for due_at, some in by_moment.items():
        send(
            reason=treatment.reason,
            step="",
            template=treatment.template.uuid,
            people=[
                Person(
                    customer_id=one.customer_id,
                    channel=treatment.channel or None,
                    values=one.values,
                    verdict=groups.get(one.customer_id, ""),
                    step=one.step,
                    deadline=one.deadline,
                )
                for one in some
            ],
            purpose=treatment.template.purpose,
            topic=treatment.template.topic,
            lane=treatment.lane,
            priority=treatment.priority,
            due_at=due_at,
        )
    return aside


def _find_groups(treatment: Treatment, customer_ids: Sequence[int]) -> tuple[dict[int, str], set[int]]:
    """The control group that somebody is in, by customer, and who of them came in. Who would get nothing anyway does not come in,
    but is spared too: a message that is held may find them reachable later.
    """
    experiment = treatment.experiment
    if experiment is None or experiment.state != ExperimentState.RUNNING:
        universal = in_universal_control(customer_ids) if treatment.obeys_universal else set[int]()
        return dict.fromkeys(universal, UNIVERSAL), universal
    foreseen = foresee(
        people=[Person(customer_id=one, channel=treatment.channel or None) for one in customer_ids],
        purpose=treatment.template.purpose,
        topic=treatment.template.topic,
        priority=treatment.priority,
    )
    reachable = [
        one for one, decision in foreseen.items() if decision.state not in {State.REFUSED, State.LAPSED}
    ]
    verdicts = expose_customers(
        experiment=experiment, customer_ids=reachable, obeys_universal=treatment.obeys_universal
    )
    groups = name_groups(treatment, verdicts)
    others = assign_groups(treatment, sorted(set(customer_ids).difference(reachable)))
    return others | groups, set(groups)


def name_groups(treatment: Treatment, verdicts: Mapping[int, Verdict]) -> dict[int, str]:
    own = treatment.experiment.uuid if treatment.experiment else None
    return {
        who: treatment.own_group if verdict.experiment == own else UNIVERSAL
        for who, verdict in verdicts.items()
        if verdict.is_control
    }


def assign_groups(treatment: Treatment, customer_ids: Sequence[int]) -> dict[int, str]:
    """The same without telling anybody, for a dry run and for who cannot be reached: the salt stands from the first draft on, so
    that it says who it will be.
    """
    groups: dict[int, str] = {}
    if treatment.control_bp:
        uuids = dict(Customer.objects.filter(pk__in=customer_ids).values_list("pk", "uuid"))
        variants = assign(treatment.salt, make_arms(control_bp=treatment.control_bp), uuids.values())
        groups = {pk: treatment.own_group for pk, own in uuids.items() if variants[own] == CONTROL}
    if treatment.obeys_universal:
        groups |= dict.fromkeys(in_universal_control(customer_ids), UNIVERSAL)
    return groups


def make_experiment(
    *, name: str, kind: Kind, control_bp: int, salt: str, purpose: str, window_days: int, by: Staff | None
) -> Experiment | None:
    """A draft; None where nobody is kept aside, neither of this nor of all marketing."""
    if not control_bp and purpose != Purpose.MARKETING:
        return None
    return create_experiment(
        name=name[:150],
        kind=kind,
        arms=make_arms(control_bp=control_bp),
        window_days=window_days,
        salt=salt,
        by=by,
    )


def has_share(experiment: Experiment, control_bp: int) -> bool:
    """Whether it keeps so many aside: another share is another experiment."""
    return tuple(list_arms(experiment)) == make_arms(control_bp=control_bp)

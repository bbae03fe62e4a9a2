"""Who is treated: the same in Python and in PostgreSQL, sticky, told once, and the universal control group before all."""

import uuid
from collections import Counter
from copy import deepcopy
from functools import partial

import pytest
from django.db import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.build import NOON, make_customer
from tests.worlds import world

from wafaa.access.audit.models import Change
from wafaa.decide.experiments.actions import (
    create_experiment,
    ensure_universal,
    erase_customer,
    expose_customers,
    finish_experiment,
    make_exposure_id,
    plan_end,
    remove_source,
    set_universal_share,
    start_experiment,
)
from wafaa.decide.experiments.errors import (
    ExperimentMissing,
    ExperimentNotRunning,
    ExperimentStarted,
    MetricUnknown,
    PlanWrong,
    VariantsWrong,
    WindowWrong,
)
from wafaa.decide.experiments.models import Experiment, Exposure, list_arms
from wafaa.decide.experiments.queries import (
    assign_rows,
    count_exposed,
    export_customer,
    find_universal,
    get_experiment,
    in_universal_control,
    list_experiments,
)
from wafaa.decide.experiments.rules import CONTROL, EXPOSED, TREATED, Arm, Kind, State, assign, make_arms
from wafaa.decide.experiments.tests.build import (
    DAY,
    expose,
    make_experiment,
    make_people,
    tell_exposed,
)
from wafaa.kit import clock
from wafaa.stream.models import Event

pytestmark = pytest.mark.django_db


made = world(partial(make_people, 60))


@pytest.fixture
def people(made):
    return deepcopy(made)


salts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
weights = st.lists(st.integers(1, 9), min_size=1, max_size=4)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    control=st.integers(0, 9_000),
    shares=weights,
    salt=salts,
)
def test_python_and_postgresql_assign_alike(people, control, shares, salt):
    treated = [Arm(key=f"v{number}", share_bp=weight) for number, weight in enumerate(shares)]
    arms = make_arms(control_bp=control, treated=treated)
    experiment = make_experiment(arms=arms, salt=salt)

    ours = assign(experiment.salt, arms, [one.uuid for one in people])
    theirs = assign_rows(experiment, [one.pk for one in people])

    assert {one.pk: ours[one.uuid] for one in people} == {row.customer_id: row.variant for row in theirs}


def test_coming_in_is_told_once_with_segments_names(people):
    experiment = make_experiment()
    first = expose(experiment, people)
    second = expose(experiment, people, at=NOON + DAY)

    assert first == second
    assert set(first.values()) == {CONTROL, TREATED}
    told = Event.objects.filter(name=EXPOSED)
    assert told.count() == len(people)
    sara = people[0]
    event = told.get(distinct_id=sara.external_id)
    assert event.message_id == make_exposure_id(experiment.uuid, sara.uuid)
    assert event.properties == {
        "experiment_id": str(experiment.uuid),
        "experiment_name": "Eid offer",
        "variation_id": first[sara],
        "variation_name": first[sara],
    }
    assert count_exposed([experiment]) == {experiment.pk: len(people)}
    kept = Exposure.objects.get(distinct_id=sara.external_id)
    assert (kept.variant.key, kept.at) == (first[sara], NOON)


def test_in_whatever_order_it_is_told_the_earliest_moment_stands(people):
    experiment = make_experiment()
    for days in (3, 1, 2):
        tell_exposed(experiment, {"P0000": TREATED}, at=NOON + days * DAY)

    assert Exposure.objects.get().at == NOON + DAY


def test_experiments_of_other_tools_and_variants_that_are_not_ours_are_passed_over(people):
    experiment = make_experiment()
    tell_exposed(experiment, {"P0000": "somebody else's"})
    tell_exposed(Experiment(uuid=uuid.uuid4()), {"P0000": TREATED})
    tell_exposed(experiment, {"P0000": TREATED}, experiment_id="exp-17")

    assert not Exposure.objects.exists()


def test_nobody_comes_into_a_draft_or_a_finished_one(people):
    draft = make_experiment(is_running=False)
    over = finish_experiment(experiment=make_experiment(), by=None)

    for experiment in (draft, over):
        with pytest.raises(ExperimentNotRunning):
            expose(experiment, people)
    assert not Event.objects.filter(name=EXPOSED).exists()
    with pytest.raises(ExperimentStarted):
        start_experiment(experiment=over, by=None)


def test_the_universal_group_is_made_with_five_per_cent_and_goes_before_all_others(people):
    assert find_universal() is None
    universal = set_universal_share(share_bp=4_000, by=None)
    campaign = make_experiment(control_bp=5_000)
    with clock.fixed_at(NOON):
        verdicts = expose_customers(experiment=campaign, customer_ids=[one.pk for one in people])

    aside = in_universal_control([one.pk for one in people])
    assert 10 < len(aside) < 40
    assert {who for who, one in verdicts.items() if one.experiment == universal.uuid} == aside
    assert all(verdicts[who].is_control for who in aside)
    inner = assign_rows(campaign, [one.pk for one in people if one.pk not in aside])
    assert {row.customer_id: row.variant for row in inner} == {
        who: one.variant for who, one in verdicts.items() if one.experiment == campaign.uuid
    }
    told = Counter(one.properties["experiment_id"] for one in Event.objects.filter(name=EXPOSED))
    assert told == {str(universal.uuid): len(people), str(campaign.uuid): len(people) - len(aside)}


def test_the_usual_share_is_five_per_cent():
    universal = ensure_universal()

    assert [(arm.key, arm.share_bp) for arm in list_arms(universal)] == [(CONTROL, 500), (TREATED, 9_500)]
    assert ensure_universal() == universal
    with pytest.raises(IntegrityError):
        Experiment.objects.create(
            kind=Kind.UNIVERSAL, state=State.RUNNING, created_at=NOON, started_at=NOON, name="again"
        )


def test_another_share_is_another_experiment_in_which_the_same_people_stay_aside(people):
    ids = [one.pk for one in people]
    small = set_universal_share(share_bp=1_000, by=None)
    before = in_universal_control(ids)
    large = set_universal_share(share_bp=3_000, by=None)

    assert (get_experiment(small.uuid).state, large.state) == (State.FINISHED, State.RUNNING)
    assert before < in_universal_control(ids)
    assert set_universal_share(share_bp=3_000, by=None) == large
    assert set_universal_share(share_bp=0, by=None).state == State.FINISHED
    assert in_universal_control(ids) == set()
    assert ensure_universal().state == State.FINISHED
    back = set_universal_share(share_bp=1_000, by=None)
    assert (back.salt, in_universal_control(ids)) == (small.salt, before)
    with pytest.raises(VariantsWrong):
        set_universal_share(share_bp=9_000, by=None)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"arms": [Arm(key="a", share_bp=1)]}, VariantsWrong),
        ({"main_metric": "profit"}, MetricUnknown),
        ({"window_days": 0}, WindowWrong),
        ({"window_days": 367}, WindowWrong),
        ({"planned_until": NOON - DAY}, PlanWrong),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(told, error):
    with pytest.raises(error):
        make_experiment(**told)
    assert not Experiment.objects.exists()


def test_the_trail_tells_who_began_and_ended_it(owner):
    experiment = create_experiment(
        name="Eid offer", kind=Kind.OFFER, arms=make_arms(control_bp=1_000), by=owner
    )
    for _twice in range(2):
        start_experiment(experiment=experiment, by=owner)
    for _twice in range(2):
        finish_experiment(experiment=experiment, by=owner)

    told = Change.objects.order_by("id").values_list("deed", "staff_email")
    deeds = ["create_experiment", "start_experiment", "finish_experiment"]
    assert list(told) == [(deed, owner.email) for deed in deeds]


def test_a_planned_end_is_never_moved():
    experiment = make_experiment()
    plan_end(experiment=experiment, planned_until=NOON + DAY)
    plan_end(experiment=experiment, planned_until=NOON + DAY)

    with pytest.raises(ExperimentStarted):
        plan_end(experiment=experiment, planned_until=NOON + 2 * DAY)


def test_experiments_are_listed_newest_first_and_found_by_name_kind_and_state():
    older, newer = (
        make_experiment(name="Eid"),
        make_experiment(name="Ramadan", at=NOON + DAY, kind=Kind.OFFER),
    )

    assert list(list_experiments()) == [newer, older]
    assert list(list_experiments(search="eid")) == [older]
    assert list(list_experiments(kind=Kind.OFFER, state=State.RUNNING)) == [newer]
    with pytest.raises(ExperimentMissing):
        get_experiment(uuid.uuid4())


def test_a_person_takes_along_what_they_came_into_and_can_be_erased(people):
    experiment = make_experiment()
    variants = expose(experiment, people)
    sara = people[0]
    asked = {"customer_id": sara.pk, "distinct_ids": [sara.external_id]}

    (row,) = export_customer(**asked)["experiments"]
    assert (row["experiment__name"], row["variant__key"], row["at"]) == ("Eid offer", variants[sara], NOON)
    assert erase_customer(**asked) == {"exposures": 1}
    assert export_customer(**asked) == {"experiments": []}
    assert Exposure.objects.count() == len(people) - 1


def test_what_the_demos_customers_came_into_goes_with_the_demo(people):
    experiment = make_experiment()
    expose(experiment, [*people, make_customer("D1", source="demo")])

    remove_source(source="demo")

    assert Exposure.objects.count() == len(people)


def test_customers_that_are_no_more_are_left_out(people):
    experiment = make_experiment()
    verdicts = expose_customers(experiment=experiment, customer_ids=[people[0].pk, 10**9])

    assert set(verdicts) == {people[0].pk}

"""The list, the universal group's share, and the page of one experiment with every answer, in both languages."""

import re
from copy import deepcopy
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.build import NOON, make_event, tell
from tests.worlds import world

from wafaa.decide.experiments.models import Experiment, list_arms
from wafaa.decide.experiments.queries import find_universal, get_effect
from wafaa.decide.experiments.rules import CONTROL, TREATED, Answer, State, find_metric
from wafaa.decide.experiments.tests.build import DAY, buy, make_experiment, tell_exposed
from wafaa.decide.experiments.words import find_tone, say_answer, say_difference

pytestmark = pytest.mark.django_db
LANGUAGES = ["ar", "en"]


def make_campaign():
    """240 visitors, half of them aside; 60 and 30 bought."""
    experiment = make_experiment(name="عرض العيد", planned_until=NOON + DAY)
    names = [f"v{number}" for number in range(240)]
    tell_exposed(experiment, {name: TREATED if place < 120 else CONTROL for place, name in enumerate(names)})
    tell(
        *(make_event("identify", distinct_id=name, properties={"name": name}) for name in names[:60]),
        *(buy(name, "100.00") for name in (*names[:60], *names[120:150])),
    )
    return experiment


# tests that shall not meet it stand before the first that does
made = world(make_campaign)


@pytest.fixture
def campaign(made):
    return deepcopy(made)


def words_of(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>|[\u2066-\u2069\u200e]", " ", response.content.decode()))


@pytest.fixture
def see(client_as, analyst):
    def open_page(address, language="en", who=analyst, **asked):
        return client_as(who, HTTP_ACCEPT_LANGUAGE=language).get(address, asked)

    return open_page


def test_an_empty_list_says_what_comes(see):
    assert "No experiment yet" in words_of(see(reverse("experiments")))


def test_no_sum_is_told_of_a_difference_that_may_be_chance(see):
    experiment = make_experiment(planned_until=NOON + DAY)
    halves = {f"v{number}": TREATED if number < 120 else CONTROL for number in range(240)}
    tell_exposed(experiment, halves)
    told = [make_event("identify", distinct_id=one, properties={"name": one}) for one in halves]
    tell(*told, *(buy(f"v{number}", "100.00") for number in (*range(32), *range(120, 150))))
    page = see(reverse("experiment", args=[experiment.uuid]))

    assert page.context["reading"].answer is Answer.NO_EFFECT_SEEN
    assert "Against the control group" in words_of(page)
    assert "With all who were treated" not in words_of(page)


def test_without_a_control_group_the_page_claims_nothing(see):
    experiment = make_experiment(control_bp=0)
    tell_exposed(experiment, {f"v{number}": TREATED for number in range(150)})
    tell(*(buy(f"v{number}", "100.00") for number in range(150)))
    page = see(reverse("experiment", args=[experiment.uuid]))

    assert "Nobody was kept aside" in words_of(page)
    assert "interval" not in re.findall(r'class="([^"]+)"', page.content.decode())


def test_a_difference_is_said_in_words_not_by_a_sign():
    from django.utils import translation

    money = find_metric("revenue")
    with translation.override("en"):
        assert say_difference(money, -1234.4, "SAR").endswith("\u2069 less")
        assert say_difference(money, 0, "SAR") == "no difference"
    with translation.override("ar"):
        assert say_difference(find_metric("buyers"), 0.021, "SAR") == "زيادة \u20682.10\u2069 نقطة مئوية"


def test_the_owner_changes_the_universal_share(owner, client_as):
    client = client_as(owner, HTTP_ACCEPT_LANGUAGE="en")
    done = client.post(reverse("experiments-share"), {"percent": "7.5"}, follow=True)

    assert list_arms(find_universal())[0].share_bp == 750
    assert "7.50% of the customers are kept aside from now on." in words_of(done)
    assert client.get(reverse("experiments")).context["share_form"].initial == {"percent": Decimal("7.5")}
    off = client.post(reverse("experiments-share"), {"percent": "0"}, follow=True)
    assert "Nobody is kept aside of all marketing any more." in words_of(off)
    assert find_universal().state == State.FINISHED


@pytest.mark.parametrize("percent", ["51", "-1", "many", ""])
def test_a_share_that_cannot_be_changes_nothing(owner, client_as, percent):
    done = client_as(owner).post(reverse("experiments-share"), {"percent": percent}, follow=True)

    assert done.status_code == 200
    assert not Experiment.objects.exists()


def test_an_analyst_changes_no_share(analyst, client_as):
    answer = client_as(analyst).post(reverse("experiments-share"), {"percent": "7.5"})

    assert answer.status_code == 403
    assert not Experiment.objects.exists()


def test_an_unknown_experiment_is_not_found(see):
    assert see("/experiments/00000000-0000-0000-0000-000000000007/").status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_tells_who_was_kept_aside_and_how_many_came_in(campaign, see, language):
    page = see(reverse("experiments"), language)

    assert page.status_code == 200
    shown = words_of(page)
    assert "عرض العيد" in shown
    assert "50%" in shown
    assert "240" in shown
    assert "5%" in shown
    assert ("Universal control group" if language == "en" else "المجموعة الضابطة العامة") in shown


def test_the_list_is_searched_and_says_when_nothing_fits(campaign, see):
    assert "عرض العيد" in words_of(see(reverse("experiments"), q="العيد"))
    assert "No experiment fits this search" in words_of(see(reverse("experiments"), state="draft"))
    assert "عرض العيد" in words_of(see(reverse("experiments"), kind="no such kind"))


def test_an_experiment_tells_its_effect_with_its_interval_and_receipt(campaign, see):
    page = see(reverse("experiment", args=[campaign.uuid]), metric="buyers")
    shown = words_of(page)

    assert page.context["reading"].answer is Answer.EFFECT
    assert "An effect is seen" in shown
    assert "25.00 percentage points more" in shown
    assert "Newcombe" in shown
    assert "reduce_orders (people_exposed)" in shown
    assert "This is not what the experiment was begun for" in shown
    assert 'class="interval"' in page.content.decode()


def test_money_is_told_per_person_and_in_sum(campaign, see):
    shown = words_of(see(reverse("experiment", args=[campaign.uuid])))

    assert "SAR\xa025.00 more" in shown.replace("SAR 25", "SAR\xa025")
    assert "This is not what" not in shown
    sums = re.search(
        r"SAR 3,000.00 more \( ?from SAR ([\d,.]+) more to SAR ([\d,.]+) more", shown.replace("\xa0", " ")
    )
    effect = get_effect(campaign).comparisons[0].effect
    assert [float(told.replace(",", "")) for told in sums.groups()] == pytest.approx(
        [effect.low * 1.2, effect.high * 1.2], abs=0.01
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "metric", ["", "margin", "orders", "buyers", "unsubscribes", "event:Product Viewed", "x"]
)
def test_every_metric_has_a_page_in_both_languages(campaign, see, language, metric):
    page = see(reverse("experiment", args=[campaign.uuid]), language, metric=metric)

    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()
    wanted = find_metric(metric) or find_metric("revenue")
    assert page.context["reading"].metric == wanted


@pytest.mark.parametrize("answer", list(Answer))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_has_words(campaign, answer, language, settings):
    from dataclasses import replace

    from django.utils import translation

    reading = replace(get_effect(campaign), answer=answer)
    with translation.override(language):
        said = say_answer(reading, "SAR")
        assert said
        assert "%(" not in said


@pytest.mark.parametrize("role", ["branch_manager", "cashier", "agent"])
def test_who_sees_some_stores_or_no_figures_sees_no_experiment(campaign, cast, see, role):
    for address in (reverse("experiments"), reverse("experiment", args=[campaign.uuid])):
        assert see(address, who=cast[role]).status_code == 403


def test_an_effect_is_good_news_only_where_it_is_what_one_wishes_for(campaign):
    tell(
        *(
            make_event(
                "Consent Withdrawn", distinct_id=f"v{number}", at=NOON + DAY, properties={"channel": "email"}
            )
            for number in range(40)
        )
    )

    assert find_tone(get_effect(campaign, "buyers")) == "good"
    assert find_tone(get_effect(campaign, "unsubscribes")) == "warning"
    assert find_tone(get_effect(campaign, "event:Product Viewed")) == ""

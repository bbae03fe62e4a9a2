"""What members change about themselves: details, what they hear of, their card, what they ask of the shop."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from wafaa.access.audit.actions import record_change
from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import Role
from wafaa.act.messages.actions import choose_topics_of
from wafaa.act.messages.queries import list_topics
from wafaa.kit import clock
from wafaa.know.consents.actions import set_consent
from wafaa.know.customers.actions import change_profile
from wafaa.know.customers.models import Customer
from wafaa.know.notes.actions import add_task
from wafaa.know.notes.queries import list_assignees
from wafaa.show.portal.actions.joining import NAME_MAX, SOURCE
from wafaa.show.portal.errors import BirthDateWrong, NameMissing
from wafaa.show.portal.models import MemberCard, Wish
from wafaa.show.portal.queries import find_card_of, read_choices
from wafaa.show.portal.rules import WISH_LASTS, Wanted, make_card_number

AGE_MAX_YEARS = 120
# Most laws give a month; a week leaves staff time to ask back.
ANSWERED_WITHIN = timedelta(days=7)


def check_birth_date(day: date | None, *, today: date) -> None:
    """Raises BirthDateWrong."""
    if day is not None and not today - timedelta(days=366 * AGE_MAX_YEARS) < day < today:
        raise BirthDateWrong


@transaction.atomic
def change_details(*, customer: Customer, name: str, birth_date: date | None, language: str) -> Customer:
    """A birth date is told once: what is given on birthdays follows it. Raises NameMissing, BirthDateWrong, CustomerMissing."""
    name = " ".join(name.split())[:NAME_MAX]
    if not name:
        raise NameMissing
    changes: dict[str, object] = {"name": name, "language": language}
    if customer.birth_date is None and birth_date is not None:
        check_birth_date(birth_date, today=clock.today(get_business().zone))
        changes["birth_date"] = birth_date
    return change_profile(customer=customer, changes=changes, by=None, via=SOURCE)


@transaction.atomic
def choose_all(*, customer: Customer, wanted: Collection[str], topics: Collection[str]) -> int:
    """`channel.purpose` of each box that is ticked; what is as it was stays unsaid. Returns how many changed."""
    changed = 0
    for one in read_choices(customer):
        is_given = one.name in wanted
        if is_given is not one.is_given:
            set_consent(
                customer=customer,
                channel=one.channel,
                purpose=one.purpose,
                is_given=is_given,
                place=SOURCE,
                by=None,
                via=SOURCE,
            )
            changed += 1
    if customer.email and list_topics().exists():
        choose_topics_of(customer=customer, channel="email", wanted=topics)
    return changed


def give_card(*, customer: Customer) -> MemberCard:
    """Theirs, made when it is first looked at; two who look at once see the same."""
    while True:
        found = find_card_of(customer)
        if found is not None:
            return found
        try:
            with transaction.atomic():
                return MemberCard.objects.create(
                    number=make_card_number(), customer=customer, made_at=clock.now()
                )
        except IntegrityError:  # somebody else's number, or their own card a moment ago
            continue


@transaction.atomic
def renew_card(*, customer: Customer) -> MemberCard:
    """Another number; the former leads nowhere from now on."""
    MemberCard.objects.filter(customer=customer, ended_at=None).update(ended_at=clock.now())
    return give_card(customer=customer)


@transaction.atomic
def ask_shop(*, customer: Customer, what: Wanted) -> Wish:
    """Staff get a task of it; asked again within the month, nothing happens."""
    now = clock.now()
    old = Wish.objects.filter(customer=customer, what=what.value, done_at=None, asked_at__lt=now - WISH_LASTS)
    old.update(done_at=now)
    wish, is_new = Wish.objects.get_or_create(
        customer=customer, what=what.value, done_at=None, defaults={"asked_at": now}
    )
    if is_new:
        record_change(staff=None, deed="ask_for_own_data", subject=str(customer.uuid)[:8], via=SOURCE)
        _tell_staff(customer, what)
    return wish


def _tell_staff(customer: Customer, what: Wanted) -> None:
    business = get_business()
    able = list_assignees(customer)
    fallback: Staff | None = able.filter(role=Role.OWNER).first() or able.first()
    assignee = able.filter(pk=customer.owner_id or 0).first() or fallback
    if assignee is None:
        return
    with override(business.language):
        words = (
            gettext("Asks on their own page for everything that is held about them: hand it out.")
            if what is Wanted.DATA
            else gettext("Asks on their own page to be erased.")
        )
    add_task(
        customer=customer,
        what=words,
        due_on=clock.today(business.zone) + ANSWERED_WITHIN,
        assignee=assignee,
        staff=assignee,
    )

"""What the first hour has to know: who is there, and how far the demo shop is."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac

from wafaa.access.business.queries import get_business
from wafaa.access.staff.models import Staff
from wafaa.access.staff.rules import DEMO_DOMAIN
from wafaa.know.orders.models import Order

# 60 bits: nobody guesses it while an installation waits for its first owner.
CODE_CHARACTERS = 15
DEMO_KEY = "show.start.demo"


@dataclass(frozen=True, kw_only=True)
class DemoProgress:
    """How far the demo shop is; `error` says why it did not come."""

    what: str = ""
    done: int = 0
    total: int = 0
    is_done: bool = False
    error: str = ""


def has_nobody() -> bool:
    """Whether nobody may sign in yet."""
    return not Staff.objects.filter(is_active=True).exists()


def is_of_demo(staff: Staff | None) -> bool:
    """Whether this is one of the demo's staff, whose password is public."""
    return staff is not None and staff.email.endswith(DEMO_DOMAIN)


def is_empty() -> bool:
    """Neither orders nor the demo shop."""
    return not get_business().shows_demo and not Order.objects.exists()


def make_code() -> str:
    """What whoever started the program can read and nobody else: it opens the page of the first owner, while there is none."""
    return salted_hmac("wafaa.show.start", "first owner", secret=settings.SECRET_KEY).hexdigest()[
        :CODE_CHARACTERS
    ]


def is_code(text: str) -> bool:
    return constant_time_compare(text.strip().lower(), make_code())


def find_demo_progress() -> DemoProgress | None:
    """None where nobody asked for the demo shop lately."""
    told = cache.get(DEMO_KEY)
    return DemoProgress(**told) if told else None

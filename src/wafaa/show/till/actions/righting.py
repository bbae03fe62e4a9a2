"""Points put right at the till: within the cashier's limit at once, above it when a second person agreed in the console."""

from wafaa.act.points.actions import adjust_as_staff
from wafaa.act.points.queries import get_wallet
from wafaa.act.points.words import REASONS
from wafaa.know.customers.actions import find_family
from wafaa.show.till.actions.noting import Counter, note
from wafaa.show.till.errors import CountWrong, WhoMissing
from wafaa.show.till.models import Deed
from wafaa.show.till.queries.finding import find_who
from wafaa.show.till.rules import SOURCE, Told, read_count

USUAL_REASON = "goodwill"


def put_right(told: Told, counter: Counter) -> Deed:
    """In the ledger's own trail. Raises CountWrong, WhoMissing, what the ledger raises, and what find_who raises."""
    amount = read_count(told.amount)
    if amount is None:
        raise CountWrong
    customer = find_who(told)
    wallet = get_wallet(told.wallet) if told.wallet else None
    if wallet is None or wallet.customer_id not in find_family([customer.pk]):
        raise WhoMissing
    deed = note(told, counter, customer)
    adjusted = adjust_as_staff(
        key=f"{SOURCE}:{deed.uuid}",
        wallet_id=wallet.pk,
        amount=amount * 10**wallet.unit.scale,
        at=counter.at,
        reason=told.key if told.key in REASONS else USUAL_REASON,
        by=counter.staff,
        note=told.reason,
    )
    deed.facts = {"is_waiting": adjusted.posting is None, "unit": wallet.unit.code, "amount": amount}
    deed.save(update_fields=["facts"])
    return deed

"""Taking the demo shop's data out again: the only list of what hangs on it."""

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import CASCADE, ForeignObjectRel

from wafaa.access.business.queries import get_business
from wafaa.act.cases import actions as cases
from wafaa.decide.experiments import actions as experiments
from wafaa.decide.suggestions import actions as suggestions
from wafaa.kit.sql import load_sql
from wafaa.know.consents import actions as consents
from wafaa.know.customers import actions as customers
from wafaa.know.customers.models import BulkEditRow, Customer, DistinctId
from wafaa.know.identity import actions as identity
from wafaa.know.journey import actions as ways
from wafaa.know.orders import actions as orders
from wafaa.learn.feedback.models import Comment
from wafaa.learn.segments.models import Size
from wafaa.listen.surveys.models import Response, Survey
from wafaa.run.demo.answering import list_demo_surveys
from wafaa.run.demo.events import SOURCE
from wafaa.run.demo.queries import TRIED_OUT
from wafaa.stream.actions import erase_source, start_epoch
from wafaa.stream.erasing import erase_events, erase_traces, hold_checkpoints


@transaction.atomic
def erase_demo() -> None:
    """Removes all that the demo told, and what was made of it or tried out with it; settings and staff stay.

    For who removes or reloads the demo, and (settings.DEMO_REMOVER) for the import that replaces it.
    """
    hold_checkpoints()
    sources = [SOURCE]
    if get_business().shows_demo:  # else they are the shop's own
        sources += TRIED_OUT
        _close_club()
    answered = _erase_answers()
    ids = answered + list(
        DistinctId.objects.filter(customer__source__in=sources).values_list("distinct_id", flat=True)
    )
    for source in sources:
        experiments.remove_source(source=source)  # before the customers by whom it is found
        consents.remove_source(source=source)
        ways.remove_source(source=source)
        orders.remove_source(source=source)
    _erase_what_hangs_on_customers(sources)
    for source in sources:
        customers.remove_source(source=source)
        identity.remove_source(source=source)
        erase_source(source=source)
    # what our own rooms told of them; a real customer may have the number of one of theirs
    while erase_events(distinct_ids=ids):
        pass
    erase_traces(distinct_ids=ids)
    # days of the demo beside days of the real shop would be one line
    Size.objects.all().delete()
    start_epoch()


def _close_club() -> None:
    """The demo's club, and what was tried out with it or with another programme that had begun."""
    with connection.cursor() as cursor:
        cursor.execute(load_sql("wafaa.run.demo", "close_club"))


def _erase_answers() -> list[str]:
    """The demo's surveys with all that was made of their answers; by whom they were given, where nobody is known."""
    surveys = list_demo_surveys()
    ids = [survey.uuid for survey in surveys]
    Comment.objects.filter(survey__in=ids).delete()
    cases.forget_surveys(surveys=ids)
    suggestions.forget_surveys(surveys=ids)
    responses = Response.objects.filter(survey__in=surveys)
    nobody = [f"survey:{one}" for one in responses.filter(customer=None).values_list("uuid", flat=True)]
    responses.delete()
    Survey.objects.filter(pk__in=[survey.pk for survey in surveys]).delete()
    return nobody


def _erase_what_hangs_on_customers(sources: Sequence[str]) -> None:
    """What people tried out with the demo: messages, runs of automations, notes. Every room's tables are asked for alike."""
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.on_delete is not CASCADE:
            continue
        model = relation.related_model
        # the room of customers takes out its own with them, all but the rows of bulk edits
        if model._meta.app_label != Customer._meta.app_label or model is BulkEditRow:
            model._base_manager.filter(**{f"{relation.field.name}__source__in": sources}).delete()

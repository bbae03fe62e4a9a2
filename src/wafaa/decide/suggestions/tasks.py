"""The room's job: telling whoever asked."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wafaa.decide.suggestions.actions.telling import TASK, tell_askers
from wafaa.decide.suggestions.errors import NotDone
from wafaa.decide.suggestions.models import Suggestion


@app.task(name=TASK, retry=RetryStrategy(max_attempts=5, exponential_wait=4))
def tell(suggestion_id: int) -> None:
    """Nobody is told of what was taken back, or merged, meanwhile."""
    suggestion = Suggestion.objects.filter(pk=suggestion_id).first()
    if suggestion is None:
        return
    try:
        tell_askers(suggestion=suggestion)
    except NotDone:
        return

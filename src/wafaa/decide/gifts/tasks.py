"""The room's jobs: requests that nobody decided, and mails of gift cards."""

from procrastinate.contrib.django import app

from wafaa.decide.gifts.actions import deliver_cards, end_asked
from wafaa.kit import clock


@app.periodic(cron="23 * * * *")
@app.task(queueing_lock="gifts.sweep")
def sweep(timestamp: int) -> None:
    end_asked(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="gifts.cards")
def mail_cards(timestamp: int) -> None:
    deliver_cards(at=clock.now())

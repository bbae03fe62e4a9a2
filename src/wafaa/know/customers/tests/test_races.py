"""Two who need the same new customers at once make each of them once."""

import threading

import pytest
from django.db import connection

from wafaa.know.customers.actions import ensure_customers
from wafaa.know.customers.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_at_once_make_one_customer_per_id_and_do_not_deadlock():
    answers, failures = [], []
    start = threading.Barrier(4)

    def ensure(ids):
        try:
            start.wait()
            answers.append(ensure_customers(ids))
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    ids = [str(i) for i in range(300)]
    threads = [threading.Thread(target=ensure, args=(ids[:: 1 if i % 2 else -1],)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert failures == []
    assert len(answers) == 4
    assert all(answer == answers[0] for answer in answers)
    assert Customer.objects.count() == 300

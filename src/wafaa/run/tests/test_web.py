"""The web process lets requests in by turns."""

import threading

from wafaa.run.tests.processes import wait_until
from wafaa.run.web import Places


def test_who_comes_first_is_let_in_first_and_alone_where_there_is_one_place():
    places, come, inside = Places(1), [], []

    def enter(number):
        with places:
            inside.append(number)
            come.append(tuple(inside))
            inside.remove(number)

    threads = [threading.Thread(target=enter, args=(number,)) for number in range(20)]
    with places:
        for number, thread in enumerate(threads):
            thread.start()
            wait_until(lambda least=number: len(places.waiting) > least)
    for thread in threads:
        thread.join(10)

    assert come == [(number,) for number in range(20)]
    with places:
        assert not places.waiting

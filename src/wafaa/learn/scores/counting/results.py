"""Everything that the results page of one survey shows, in few passes over the facts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import ibis

from wafaa.learn.scores.counting.sifting import COLUMNS, Sift
from wafaa.learn.scores.figures import (
    KIND_OF_TYPE,
    USUAL_POINTS,
    lay_out,
    make_choices,
    make_rank,
    make_score,
    make_share,
    make_trend,
)
from wafaa.learn.scores.rules import (
    LISTED,
    NOT_APPLICABLE,
    Kind,
    Listed,
    QuestionResult,
    Results,
    ScoreFigure,
    TrendPoint,
    Turnout,
)
from wafaa.science.histogram import find_median

# So many surveys are counted ahead, by their responses of so many days.
BUSIEST, LATELY_DAYS = 5, 90
# Types of which one person's answer may fill several rows.
MANY_ROWS = ("multiple", "picture", "ranking")
# Of which every point of the scale is shown, also the one that nobody chose.
SCALES = ("nps", "csat", "ces", "rating")
# A filter with more entries than this is no choice any more; those with most responses stay.
LISTED_MAX = 50
# A trend of more pieces than this is no picture; the latest stay.
PIECES_MAX = 104
# More different numbers than this are no bars.
NUMBERS_MAX = 40


@dataclass
class Said:
    """What was counted of one question."""

    type: str = ""
    points: int = 0
    not_applicable: int = 0
    rows: int = 0
    said: Counter[tuple[str, int | None]] = field(default_factory=Counter)
    pieces: dict[int, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))


def list_busiest(sift: Sift) -> list[int]:
    """The surveys with most responses of late; those with the same, the newer first."""
    if not sift.is_told:
        return []
    responses = sift.facts.tables["responses"]
    since = sift.sieve.as_of - timedelta(days=LATELY_DAYS)
    late = responses.filter(~responses.is_test, responses.day >= ibis.literal(since))
    rows = sift.run(late.group_by("survey_id").aggregate(n=late.count()))
    found = sorted(rows, key=lambda row: (-row["n"], -row["survey_id"]))
    return [row["survey_id"] for row in found[:BUSIEST]]


def count_results(sift: Sift) -> Results:
    """Of a survey that nobody answered everything is empty."""
    if not sift.is_told:
        return Results(
            grain=sift.grain, turnout=Turnout(), questions=[], listed={}, receipt=sift.write_receipt()
        )
    turnout, listed = count_turnout(sift)
    found = _count_said(sift)
    people, stops = _count_people(sift, found), _count_stops(sift)
    questions = [
        _write_question(sift, key, said, people.get(key, said.rows), stops.get(key, 0))
        for key, said in sorted(found.items())
    ]
    return Results(
        grain=sift.grain, turnout=turnout, questions=questions, listed=listed, receipt=sift.write_receipt()
    )


def _count_said(sift: Sift) -> dict[str, Said]:
    """One pass: how often each question got each answer, by week or month.

    What type a question has is read of its newest answer: grouping a million answers by it, too, would take twice as long.
    """
    answers = sift.answers
    rows = sift.run(
        answers.select(
            "question", "points", "value", "choice", "answer_id", piece=sift.number_piece(answers.day)
        )
        .group_by(["question", "value", "choice", "piece"])
        .aggregate(n=ibis._.count(), points=ibis._.points.max(), newest=ibis._.answer_id.max())
    )
    newest: dict[str, int] = {}
    for row in rows:
        newest[row["question"]] = max(row["newest"], newest.get(row["question"], 0))
    told = answers.filter(answers.answer_id.isin(list(newest.values()))) if newest else answers.limit(0)
    types = {row["question"]: row["type"] for row in sift.run(told.select("question", "type").distinct())}
    found = {question: Said(type=type_) for question, type_ in types.items()}
    for row in rows:
        _add(found[row["question"]], row)
    return found


def _add(said: Said, row: Mapping[str, Any]) -> None:
    n, value = row["n"], row["value"]
    if row["choice"] == NOT_APPLICABLE:
        said.not_applicable += n
        return
    said.rows += n
    said.points = max(said.points, find_points(said.type, row["points"]))
    said.said[row["choice"], value] += n
    if value is not None and said.type in KIND_OF_TYPE:
        said.pieces[row["piece"]][value] += n


def find_points(type_: str, told: int | None) -> int:
    """How long the scale was."""
    usual = USUAL_POINTS.get(type_, 0)
    return told if told and type_ in {"csat", "rating"} else usual


def _count_people(sift: Sift, found: Mapping[str, Said]) -> dict[str, int]:
    """How many answered a question of which one answer may fill several rows."""
    if not any(said.type in MANY_ROWS for said in found.values()):
        return {}
    answers = sift.answers
    answers = answers.filter(answers.type.isin(list(MANY_ROWS)), answers.choice != NOT_APPLICABLE)
    rows = sift.run(answers.group_by("question").aggregate(n=answers.response_id.nunique()))
    return {row["question"]: row["n"] for row in rows}


def _count_stops(sift: Sift) -> dict[str, int]:
    """After which question those gave up who did not finish: the last one that they answered."""
    responses = sift.responses
    left = responses.filter(responses.last_question != "")
    rows = sift.run(left.group_by("last_question").aggregate(n=left.count()))
    return {row["last_question"]: row["n"] for row in rows}


def _write_question(sift: Sift, key: str, said: Said, people: int, stopped: int) -> QuestionResult:
    kind = KIND_OF_TYPE.get(said.type)
    scale: Sequence[int] = ()
    if kind and said.type in SCALES:
        first = 0 if kind == "nps" else 1
        scale = range(first, first + len(lay_out({}, kind, said.points)))
    choices = make_choices(said.said, people, scale)
    return QuestionResult(
        question=key,
        type=said.type,
        points=said.points,
        n=people,
        not_applicable=said.not_applicable,
        stopped=stopped,
        choices=choices[:NUMBERS_MAX],
        score=score_said(said, kind),
        trend=trend_pieces(sift, said.pieces, kind, said.points) if kind else [],
        ranks=_rank(said) if said.type == "ranking" else {},
    )


def score_said(said: Said, kind: Kind | None) -> ScoreFigure | None:
    if kind is None:
        return None
    values: Counter[int] = Counter()
    for (_key, value), n in said.said.items():
        if value is not None:
            values[value] += n
    return make_score(lay_out(values, kind, said.points), kind)


def trend_pieces(
    sift: Sift, pieces: Mapping[int, Mapping[int, int]], kind: Kind, points: int
) -> list[TrendPoint]:
    return make_trend(
        fill_pieces(sift, {number: lay_out(values, kind, points) for number, values in pieces.items()}),
        kind,
    )


def fill_pieces(sift: Sift, pieces: Mapping[int, Sequence[int]]) -> dict[date, Sequence[int]]:
    """By their first day; a week or month between them in which nobody answered is there with nothing."""
    if not pieces:
        return {}
    last = max(pieces)
    first = max(min(pieces), last - PIECES_MAX + 1)
    empty = [0] * len(pieces[last])
    return {sift.start_of_piece(number): pieces.get(number, empty) for number in range(first, last + 1)}


def _rank(said: Said) -> dict[str, ScoreFigure]:
    places: dict[str, Counter[int]] = defaultdict(Counter)
    for (key, place), n in said.said.items():
        if place is not None:
            places[key][place] += n
    return {key: make_rank(found) for key, found in places.items()}


def count_turnout(sift: Sift) -> tuple[Turnout, dict[str, list[Listed]]]:
    """One pass over the responses: what became of them, and what one may filter by (whatever is filtered by now)."""
    responses = sift.within(sift.everything("responses"))
    if sift.sieve.product is not None:
        responses = responses.filter(responses.product_id == sift.sieve.product)
    responses = sift.keep_members(responses)
    keys = [*(COLUMNS[by] for by in LISTED), "state", "is_flagged"]
    rows = sift.run(responses.group_by(keys).aggregate(n=responses.count()))
    listed: dict[str, Counter[str]] = {by: Counter() for by in LISTED}
    states: Counter[str] = Counter()
    flagged = 0
    for row in rows:
        for by in LISTED:
            told = row[COLUMNS[by]]
            listed[by][str(told if told is not None else "")] += row["n"]
        if _passes(sift, row):
            states[row["state"]] += row["n"]
            flagged += row["n"] if row["is_flagged"] else 0
    return _write_turnout(states, flagged, _find_usual_time(sift)), {
        by: _list(counts.items()) for by, counts in listed.items()
    }


def _passes(sift: Sift, row: Mapping[str, Any]) -> bool:
    return all((asked := sift.sieve.get(by)) is None or row[COLUMNS[by]] == asked for by in LISTED)


def _list(counts: Iterable[tuple[str, int]]) -> list[Listed]:
    """Those with most responses first; nothing where all are alike."""
    found = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    if len(found) < 2:
        return []
    return [Listed(value=value, n=n) for value, n in found[:LISTED_MAX]]


def _write_turnout(states: Mapping[str, int], flagged: int, seconds: float | None) -> Turnout:
    complete, screened = states.get("complete", 0), states.get("screened", 0)
    partial = states.get("partial", 0) + states.get("started", 0)
    started = complete + screened + partial
    return Turnout(
        started=started,
        complete=complete,
        partial=partial,
        screened=screened,
        flagged=flagged,
        seconds=seconds,
        # whoever was screened out had no chance to finish
        completion=make_share(complete, complete + partial),
    )


def _find_usual_time(sift: Sift) -> float | None:
    """Half of those who finished took less."""
    responses = sift.responses
    finished = responses.filter(responses.state == "complete", responses.seconds > 0)
    rows = sift.run(finished.group_by("seconds").aggregate(n=finished.count()))
    rows.sort(key=lambda row: row["seconds"])
    found = find_median([row["seconds"] for row in rows], [row["n"] for row in rows])
    return found.value

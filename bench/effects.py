"""Whether what is said of campaigns holds: thousands of simulated ones, read by the very code that reads real ones.

python -m bench.effects [runs]      (2,000; about 15 s; no database)

`python -m bench --effects` draws them anew with each of several seeds and counts all of them together.
"""

import sys
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from bench.report import Limit, Part
from wafaa.science.intervals import Interval, wilson_interval
from wafaa.science.sample_ratio import THRESHOLD, check_ratio
from wafaa.science.simulation import Draw, Score, run_campaigns, run_looks

SEED = 2026
SEEDS = (2026, 20261122, 1, 2, 3)
RUNS = 2_000
LOOKS = 30
LIFT = 0.1


def say(interval: Interval) -> str:
    return f"{interval.value:7.2%}   ({interval.low:.2%} to {interval.high:.2%})"


def print_scores(title: str, scores: dict[str, Score], what: str) -> None:
    print(f"\n{title}")
    for name, score in scores.items():
        gain = f"   variance less {score.gain:.0%}" if score.gain is not None else ""
        print(f"  {name:<10}{say(getattr(score, what))}{gain}")


def count_alarms(runs: int) -> Interval:
    """Fair divisions of 10,000 people that the sample-ratio check takes for broken."""
    control = np.random.default_rng(SEED).binomial(10_000, 0.1, size=runs)
    alarms = sum(check_ratio((int(one), 10_000 - int(one)), (1_000, 9_000)).is_broken for one in control)
    return wilson_interval(alarms, runs)


def pool(found: Iterable[Interval], runs: int) -> Interval:
    """One share of so many runs each, as one of all of them."""
    counts = [round((one.value or 0) * runs) for one in found]
    return wilson_interval(sum(counts), runs * len(counts))


def measure_effects(_folder: Path) -> Part:
    none = [run_campaigns(RUNS, seed=seed) for seed in SEEDS]
    some = [run_campaigns(RUNS, draw=Draw(lift=LIFT), seed=seed + 100_000) for seed in SEEDS]
    looks = [run_looks(RUNS, looks=LOOKS, seed=seed) for seed in SEEDS]
    called = {name: pool((one[name].called for one in none), RUNS) for name in none[0]}
    held = {name: pool((one[name].held for one in some), RUNS) for name in ("revenue", "adjusted")}
    watched = pool((one["always_valid"] for one in looks), RUNS)
    return Part(
        heading=f"Effects of {RUNS * len(SEEDS):,} simulated campaigns",
        limits=[
            *(
                Limit(
                    what=f"no effect, called one: {name}",
                    measured=say(one),
                    limit="5 % within its margin",
                    is_kept=one.low <= 0.05 <= one.high,
                )
                for name, one in called.items()
            ),
            *(
                Limit(
                    what=f"an effect of {LIFT:.0%}, the interval holds it: {name}",
                    measured=say(one),
                    limit="94 to 96 %",
                    is_kept=0.94 <= one.value <= 0.96,
                )
                for name, one in held.items()
            ),
            Limit(
                what=f"no effect, looked at {LOOKS} times with the interval that is valid at any time: called one",
                measured=say(watched),
                limit="at most 5 %",
                is_kept=watched.low <= 0.05,
            ),
        ],
        text=[
            f"{len(SEEDS)} seeds ({', '.join(map(str, SEEDS))}), {RUNS:,} campaigns each of {Draw().people:,} people with "
            f"{Draw().control_share:.0%} kept aside, read by the code that reads real ones. No effect, called one, by seed: "
            + "; ".join(
                f"{name} {', '.join(f'{one[name].called.value:.2%}' for one in none)}" for name in none[0]
            )
            + ".\n"
        ],
    )


def main(runs: int) -> int:
    started = time.perf_counter()
    draw = Draw()
    print(
        f"{runs:,} campaigns of {draw.people:,} people, {draw.control_share:.0%} kept aside, "
        f"{draw.buyers:.0%} buy, amounts lognormal (sigma {draw.skew}); seed {SEED}"
    )
    none = run_campaigns(runs, seed=SEED)
    some = run_campaigns(runs, draw=Draw(lift=LIFT), seed=SEED + 1)
    print_scores("No effect: called one (wanted 5 %)", none, "called")
    print_scores(f"Buyers spend {LIFT:.0%} more: the interval holds it (wanted 94 to 96 %)", some, "held")
    print_scores("... and the effect is found", some, "called")
    anytime = run_campaigns(runs, draw=Draw(lift=LIFT), tuning=draw.people, seed=SEED + 1)
    print_scores("... by the interval that is valid at any time", anytime, "called")
    looks = run_looks(runs, looks=LOOKS, seed=SEED)
    print(
        f"\nNo effect, looked at {LOOKS} times and stopped at the first finding: called one (wanted at most 5 %)"
    )
    print(f"  planned    {say(looks['welch'])}   which is why it is shown at the planned end only")
    print(f"  any time   {say(looks['always_valid'])}")
    print(f"\nFair divisions taken for broken (wanted {THRESHOLD:.1%})")
    print(f"             {say(count_alarms(max(runs, 20_000)))}")
    print(f"\n{time.perf_counter() - started:.1f} s")
    held = all(0.94 <= some[name].held.value <= 0.96 for name in ("revenue", "adjusted"))
    called = all(one.called.low <= 0.05 <= one.called.high for one in none.values())
    return 0 if held and called and looks["always_valid"].high < 0.05 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))

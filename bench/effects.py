"""Whether what is said of campaigns holds: thousands of simulated ones, read by the very code that reads real ones.

python -m bench.effects [runs]      (2,000; about 15 s; no database)
"""

import sys
import time

import numpy as np

from wafaa.science.intervals import Interval, wilson_interval
from wafaa.science.sample_ratio import THRESHOLD, check_ratio
from wafaa.science.simulation import Draw, Score, run_campaigns, run_looks

SEED = 2026
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

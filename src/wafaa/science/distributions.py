"""Quantiles and tails of the distributions by which comparisons are judged.

The normal one is Python's own; scipy, which takes a process some 60 MB, is loaded with the first question about another.
"""

from math import erfc, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()


def find_normal_quantile(share: float) -> float:
    """Below which a standard normal figure stays with this probability (0 < share < 1)."""
    return _NORMAL.inv_cdf(share)


def find_normal_tail(below: float) -> float:
    """The probability that a standard normal figure is at most `below`, exact far out as well."""
    return erfc(-below / sqrt(2)) / 2


def find_t_quantile(freedom: float, share: float) -> float:
    """Of Student's t with so many degrees of freedom."""
    from scipy import special

    return float(special.stdtrit(freedom, share))


def find_t_tail(freedom: float, below: float) -> float:
    """The probability that Student's t is at most `below`."""
    from scipy import special

    return float(special.stdtr(freedom, below))


def find_chi_square_tail(freedom: float, above: float) -> float:
    """The probability that chi-square is more than `above`."""
    from scipy import special

    return float(special.chdtrc(freedom, above))

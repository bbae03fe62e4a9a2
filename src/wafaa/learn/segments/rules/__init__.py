"""What a segment is: its conditions as a tree, their JSON, and how they are judged for one person. Pure."""

from wafaa.learn.segments.rules.judging import Finding, Judge, make_judge
from wafaa.learn.segments.rules.needs import (
    Circle,
    Needs,
    expand,
    find_first,
    find_needs,
    list_conditions,
    list_segments,
    list_sources,
)
from wafaa.learn.segments.rules.person import Happening, Line, Order, Person
from wafaa.learn.segments.rules.reading import DefinitionBroken, read_tree
from wafaa.learn.segments.rules.tree import Tree
from wafaa.learn.segments.rules.windows import NEVER, Moment
from wafaa.learn.segments.rules.writing import write_tree

__all__ = [
    "NEVER",
    "Circle",
    "DefinitionBroken",
    "Finding",
    "Happening",
    "Judge",
    "Line",
    "Moment",
    "Needs",
    "Order",
    "Person",
    "Tree",
    "expand",
    "find_first",
    "find_needs",
    "list_conditions",
    "list_segments",
    "list_sources",
    "make_judge",
    "read_tree",
    "write_tree",
]

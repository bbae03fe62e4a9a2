"""A tree as one SQL statement for sets of customers: the same answers as rules/judging.py gives for one."""

from wafaa.learn.segments.compiling.compiler import compile_tree

__all__ = ["compile_tree"]

"""Wafaa measures how satisfied and how loyal customers are, acts on it, and proves that it helped."""

__version__ = "0.1.0"

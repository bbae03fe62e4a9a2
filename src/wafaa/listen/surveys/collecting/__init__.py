"""Collecting: the ways on which one survey reaches people, each with its address, code or lines for a page."""

"""Surveys on a shop's own pages: the script that shows them there."""

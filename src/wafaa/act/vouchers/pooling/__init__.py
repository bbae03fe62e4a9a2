"""Pools and their codes, for programs."""

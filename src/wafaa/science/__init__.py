"""Pure statistics on numpy and scipy: no Django, no I/O."""

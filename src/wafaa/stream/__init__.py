"""What happened: the append-only events, the drain that hands them on, and what was parked."""

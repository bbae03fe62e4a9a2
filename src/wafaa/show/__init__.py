"""What belongs to no single room: console and report."""

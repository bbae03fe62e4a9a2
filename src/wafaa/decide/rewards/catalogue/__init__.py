"""What rewards there are, for programs."""

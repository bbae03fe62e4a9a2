"""What staff see: the shell, Today, reports, and the customer page made of panels."""

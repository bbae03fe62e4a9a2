"""How the installation is: for load balancers, for Prometheus, and for people."""

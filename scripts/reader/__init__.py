"""Training the joint reader; outside the wheel."""

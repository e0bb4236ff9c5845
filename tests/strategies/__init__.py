"""What hypothesis feeds us: odd zones and instants (`times`), events (`events`), odd arrivals (`arrivals`)."""

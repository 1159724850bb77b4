"""A person's own notices over REST."""

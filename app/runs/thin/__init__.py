"""A line of a million points as the few thousand that a screen can show."""

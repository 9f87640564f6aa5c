"""What a saved thing is, whatever it holds: a name, versions, and an archive."""

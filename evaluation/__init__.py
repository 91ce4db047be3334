"""Does it work, for whom, and how sure are we."""

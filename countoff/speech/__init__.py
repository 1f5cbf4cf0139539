"""Speech: what is spoken, by which voice, and a whole set as one recording."""

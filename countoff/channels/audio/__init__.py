"""Audio: the recordings of the cues, and whole sets by their signed ids."""

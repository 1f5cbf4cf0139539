"""The actions between a tracker and a real history database."""

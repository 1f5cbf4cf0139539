"""Countoff: a coach that answers questions about an exercise and counts the reps out loud."""

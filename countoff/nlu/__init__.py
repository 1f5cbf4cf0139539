"""The custom components of the NLU pipeline."""

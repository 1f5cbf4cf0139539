"""The ways in: one package per channel, and beside them what all channels share."""

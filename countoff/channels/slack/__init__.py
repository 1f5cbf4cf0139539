"""Slack: questions in messages and threads, and a set between meetings."""

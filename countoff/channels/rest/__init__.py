"""REST: messages as JSON, for programs and for tests from outside."""

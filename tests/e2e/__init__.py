"""The coach from outside: real servers, and the trained model."""

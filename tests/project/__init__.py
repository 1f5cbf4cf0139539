"""The repository tested as data: names, words, sizes, and what the documents promise."""

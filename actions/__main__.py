"""The action server, with the knowledge base read before the first message comes."""

from __future__ import annotations

from rasa_sdk.__main__ import main

from actions.turn import coach

# The SDK imports every module of this package to find the actions.
if __name__ == "__main__":
    coach()
    main()

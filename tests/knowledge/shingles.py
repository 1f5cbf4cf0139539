"""Runs of words of a text, hashed, so that texts can be compared with an article that is not in the repository."""

from __future__ import annotations

import hashlib
import re

RUN = 8
# Names of muscles have no other wording, so they do not count as words of a run.
NAMES = {"psoas", "major", "iliacus", "rectus", "femoris", "pectineus", "sartorius"}


def runs(text: str) -> dict[str, str]:
    """Hash to run of ``RUN`` consecutive words."""
    plain = text.lower().replace("\u2019", "").replace("'", "")
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in NAMES]
    found = (" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return {hashlib.sha256(run.encode()).hexdigest()[:12]: run for run in found}

"""What the intent classifier sees of a sentence: its meaning as a vector, and its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from countoff.nlu.encoder import SentenceEncoder

_WORD = r"(?u)[\w']+"
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Lower-case, straighten quotation marks and fold white space."""
    return _SPACE.sub(" ", text.replace("\u2019", "'").replace("\u2018", "'").lower()).strip()


class SentenceFeatures:
    """Dense sentence vectors beside sparse counts of words, word pairs and letter groups.

    The scale of the dense part against the sparse one is, with the classifier's C, the only regularisation.
    """

    def __init__(self, encoder: SentenceEncoder, dense_scale: float, word_scale: float, char_scale: float) -> None:
        """Set the weights of the three parts; 0 leaves a part out."""
        self._encoder = encoder
        self.dense_scale = dense_scale
        self.sparse: list[tuple[float, TfidfVectorizer]] = []
        if word_scale:
            words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_WORD)
            self.sparse.append((word_scale, words))
        if char_scale:
            letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, min_df=2)
            self.sparse.append((char_scale, letters))

    def fit(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the vocabulary and return the features of the training sentences."""
        clean = [normalise(text) for text in texts]
        return self._join(clean, [scale * part.fit_transform(clean) for scale, part in self.sparse])

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        """Return the features of new sentences, one row each."""
        clean = [normalise(text) for text in texts]
        return self._join(clean, [scale * part.transform(clean) for scale, part in self.sparse])

    def _join(self, texts: Sequence[str], sparse: list[Any]) -> csr_matrix:
        dense = self.dense_scale * self._encoder.encode(texts).astype(np.float64)
        return hstack([csr_matrix(dense), *sparse], format="csr")

    def state(self) -> dict[str, Any]:
        """What has been learnt, without the encoder, to be stored with the model."""
        return {"dense_scale": self.dense_scale, "sparse": self.sparse}

    @classmethod
    def from_state(cls, encoder: SentenceEncoder, state: dict[str, Any]) -> SentenceFeatures:
        """Restore features that were fitted before."""
        features = cls(encoder, state["dense_scale"], 0, 0)
        features.sparse = state["sparse"]
        return features

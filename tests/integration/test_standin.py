"""Rasa without TensorFlow: it starts, and a component that needs the real one says how to get it."""

from __future__ import annotations

import subprocess
import sys

import pytest
import tensorflow

pytestmark = pytest.mark.skipif(
    not tensorflow.__version__.endswith("-standin"), reason="the real TensorFlow is installed"
)


def _python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_rasa_starts_without_tensorflow() -> None:
    """In a process of its own, where nothing has been imported yet."""
    code = (
        "import sys, rasa.core.agent, rasa.core.run, rasa.model_training, rasa.core.test, tensorflow; "
        "print(tensorflow.__version__, 'tensorflow.python.eager.context' in sys.modules)"
    )
    assert _python(code) == "0.0.0-standin False"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("rasa.nlu.classifiers.diet_classifier", "DIETClassifier"),
        ("rasa.core.policies.ted_policy", "TEDPolicy"),
        ("rasa.nlu.selectors.response_selector", "ResponseSelector"),
    ],
)
def test_a_component_that_needs_tensorflow_can_be_imported(module: str, name: str) -> None:
    assert name == getattr(__import__(module, fromlist=[name]), name).__name__


@pytest.mark.parametrize(
    "use",
    [
        "tensorflow.constant(1)",
        "tensorflow.keras.layers.Dense(8)",
        "tensorflow.random.set_seed(1)",
        "tensorflow.config.list_physical_devices('GPU')",
        "tensorflow.keras.Model()",
    ],
)
def test_using_it_says_how_to_install_it(use: str) -> None:
    with pytest.raises(tensorflow.TensorFlowMissing, match=r"TensorFlow is not installed.*\[tensorflow\]"):
        eval(use, {"tensorflow": tensorflow})


def test_a_model_of_rasas_own_says_how_to_install_it() -> None:
    from rasa.utils.tensorflow.models import RasaModel  # noqa: PLC0415  # Rasa imports it late as well

    with pytest.raises(tensorflow.TensorFlowMissing, match="install the extra"):
        RasaModel(random_seed=1)


def test_the_error_is_not_one_that_imports_swallow() -> None:
    """Rasa probes with ``except ImportError``; a missing TensorFlow must not pass as an optional one."""
    assert not issubclass(tensorflow.TensorFlowMissing, ImportError | AttributeError)
    with pytest.raises(AttributeError):
        tensorflow.__nothing__  # noqa: B018

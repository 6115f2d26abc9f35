import pytest

from conda_jupyter_plugin.core.near_misses import did_you_mean

KNOWN = ("opencv", "opencv-gpu", "Stats", "python3")


@pytest.mark.parametrize(
    ("word", "answer"),
    {
        "opnecv": "Did you mean opencv?",
        "OPENCVV": "Did you mean opencv or opencv-gpu?",
        "stat": "Did you mean Stats?",
        "gpu": "Did you mean opencv-gpu?",
        "open": "Did you mean opencv or opencv-gpu?",
        "fly": "",
        "o": "",
        "": "",
    }.items(),
)
def test_the_nearest_words_are_meant(word, answer):
    assert did_you_mean(word, KNOWN) == answer

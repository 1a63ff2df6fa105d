"""Sound photographs of several people are not refused, spoilt ones are named. A part of the cases that tests/bench/bench_photos.py
judges whole; in this process, since starting a child for each would take most of the time."""

import pytest

pytest.importorskip("cv2", reason="the optional engine for faces is not installed")
pytest.importorskip("skimage.data", reason="scikit-image, a test tool, is not installed")

from tests.bench.bench_photos import judge
from tests.faces.cases import SEEDS, SOUND, made
from tests.faces.sitters import FAULTS, MODELS_AT
from workflow.intake import portrait

if not portrait.ready(MODELS_AT):
    pytest.skip("models are not fetched: python -m scripts.models", allow_module_level=True)

PEOPLE = ["astronaut"]  # who is always there; the bench judges more
NAMED_ONLY = ("turned aside", "arm's length", "moved", "enlarged", "eyes shut", "mouth open", "dark glasses", "glare", "red eyes")


def one(name, at):
    sound = [who for who in PEOPLE if who not in FAULTS]
    who = sound[at % len(sound)]
    return judge(made(name, "tuned", who, SEEDS["tuned"] + PEOPLE.index(who)))


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_photograph_is_not_refused(name):
    told = one(name, list(SOUND).index(name))
    assert not told.wrong, (told.case.sitter, told.refused, told.measures)


@pytest.mark.parametrize("name", NAMED_ONLY)
def test_a_spoilt_photograph_is_refused_or_held_under_its_own_name(name):
    told = one(name, NAMED_ONLY.index(name))
    assert told.outcome in ("refused", "held"), (told.case.sitter, told.refused, told.held, told.measures)


def test_faces_darker_than_any_limit_for_light_skin_are_not_refused_before_a_bright_wall():
    told = [judge(made("very dark skin", "tuned", who, SEEDS["tuned"] + at)) for who in PEOPLE for at in range(4)]
    assert min(each.measures["exposure"]["mean"] for each in told) < 0.24
    assert not any({"exposure", "illumination"} & set(each.refused) for each in told)

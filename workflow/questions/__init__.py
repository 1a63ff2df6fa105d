"""What each form asks: a first filing in filing.py, what follows on a permit in later.py, the ten grounds and the residence tab in domestic.py."""

from workflow.questions.domestic import *  # noqa: F403
from workflow.questions.filing import *  # noqa: F403
from workflow.questions.later import *  # noqa: F403

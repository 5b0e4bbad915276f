"""question -> Answer: the chain, the answerers, the verifier, and the ways in."""

import atexit
import gc

import assistant.privacy  # noqa: F401  (first: libraries read the environment when they are imported)
from assistant.garbage import uncollected

with uncollected():
    from assistant.assistant import Assistant
    from assistant.settings import Settings
    from assistant.types import Answer, Audience, Citation, Notice, Outcome, Statement, Turn

    gc.freeze()  # what has been loaded stays: no later search for garbage looks through it
    atexit.register(gc.freeze)  # nor the last one, at the end

__all__ = ["Answer", "Assistant", "Audience", "Citation", "Notice", "Outcome", "Settings", "Statement", "Turn"]

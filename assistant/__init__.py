"""question -> Answer: the chain, the answerers, the verifier, and the ways in."""
# ruff: noqa: E402

import gc

import assistant.privacy  # noqa: F401  (first: libraries read the environment when they are imported)

_collects = gc.isenabled()
gc.disable()  # a fifth of a start went into looking for garbage among modules that have just been loaded

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Audience, Citation, Notice, Outcome, Statement, Turn

gc.freeze()  # what has been loaded stays: no later search for garbage looks through it
if _collects:
    gc.enable()

__all__ = ["Answer", "Assistant", "Audience", "Citation", "Notice", "Outcome", "Settings", "Statement", "Turn"]

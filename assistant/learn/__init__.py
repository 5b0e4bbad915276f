"""Practice for new staff: exercises made from clauses by rule, marked against them, due again by FSRS."""

from assistant.learn.chapters import Chapter, chapters_of
from assistant.learn.exercises import KINDS, Exercise, exercises_of
from assistant.learn.mark import Marked, mark
from assistant.learn.schedule import Card, review

__all__ = ["KINDS", "Card", "Chapter", "Exercise", "Marked", "chapters_of", "exercises_of", "mark", "review"]

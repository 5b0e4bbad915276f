"""Any text with claims and citations -> the standing of each claim, with the clause and what differs."""

from assistant.claims.check import MAX_TEXT, Checker
from assistant.claims.types import Difference, Finding, Report, Standing

__all__ = ["MAX_TEXT", "Checker", "Difference", "Finding", "Report", "Standing"]

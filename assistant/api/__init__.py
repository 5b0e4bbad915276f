"""Ways in for programs: HTTP (``/v1``), OpenAI's chat protocol, MCP, and figures for Prometheus.

``desk`` lets a few questions be answered at once and the others wait in order; ``gate`` stands before
every address; ``v1``, ``chat`` and ``mcp`` are the three languages that are spoken behind it.
"""

from assistant.api.desk import UNAVAILABLE, Busy, Desk
from assistant.api.gate import Gate
from assistant.api.mcp import make_mcp
from assistant.api.v1 import make_api

__all__ = ["UNAVAILABLE", "Busy", "Desk", "Gate", "make_api", "make_mcp"]

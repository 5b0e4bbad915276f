"""The page: Gradio for the conversation, plain HTML for documents and clauses."""

from assistant.ui.server import serve

__all__ = ["serve"]

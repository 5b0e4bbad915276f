"""Answer -> HTML for the page, plain text for terminal and ear, Markdown."""

from assistant.render.html import announcement, answer_html
from assistant.render.markdown import to_markdown
from assistant.render.speech import spoken_answer, to_speech
from assistant.render.text import to_text

__all__ = ["announcement", "answer_html", "spoken_answer", "to_markdown", "to_speech", "to_text"]

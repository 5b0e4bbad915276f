"""Files of every kind -> text with its paragraphs and tables. What a file is, its content says, not its name."""

from corpus.readers.read import FORMS, read_source
from corpus.readers.types import Grid, Source

__all__ = ["FORMS", "Grid", "Source", "read_source"]

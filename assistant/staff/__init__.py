"""The staff's desk: who may change the library, and the way from a file to a published document."""

from assistant.staff.door import Door, hash_password
from assistant.staff.shelf import Shelf, Waiting

__all__ = ["Door", "Shelf", "Waiting", "hash_password"]

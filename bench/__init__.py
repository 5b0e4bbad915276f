"""Speed and size, beside baselines in the same run: ``python -m bench`` (see ``__main__.py``)."""

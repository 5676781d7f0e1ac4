"""The parts of README.md and docs/ that are made from the program: `python -m bookshift.docs` renews them.

A page is written by hand, but for its made parts, which stand between two comments::

    <!-- made: goals -->
    …
    <!-- end -->
"""

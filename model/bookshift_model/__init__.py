"""The planning model: pure data, figures, plans and the optimiser."""

from __future__ import annotations

import os

# Before pydantic is loaded: it would read the metadata of every installed package to look for plugins, and
# none is wanted between a policy file and the model.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

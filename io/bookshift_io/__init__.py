"""Files in, files out, and the workspace database."""

"""Shared parts of pictures: figures, style, colours, titles, panels."""

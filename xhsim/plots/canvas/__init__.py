"""What all pictures share: figures, style, colours, frames, panels."""

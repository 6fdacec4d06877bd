"""Reading XMILE models."""

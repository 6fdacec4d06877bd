"""Files that people write: records with the line of everything in them."""

"""Pictures of places: results by zone, as on a map."""

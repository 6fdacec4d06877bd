"""What calls of functions of tables and vectors are replaced by."""

"""What searches for policies found: tables to print, and files."""

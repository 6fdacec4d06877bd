"""Commands about the study itself: what it holds, whether it is sound."""

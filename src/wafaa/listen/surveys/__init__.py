"""What do customers say when they are asked? Surveys, the pages on which they are answered, and the answers."""

"""What the operations on rules work with: checks, figures, differences and trials on the past."""

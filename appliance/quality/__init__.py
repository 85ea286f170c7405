"""What makes a generated instance worth keeping: filters and near-duplicates."""

"""What makes a generated instance worth keeping: parsing, filters and near-duplicates."""

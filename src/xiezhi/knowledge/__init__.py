"""What the house knows, as data: event schemas, features, rules, policy and the fraud taxonomy."""

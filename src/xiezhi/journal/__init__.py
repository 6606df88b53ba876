"""The durable log that everything else can be made from again."""

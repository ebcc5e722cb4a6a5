"""GraphQL: what can be read of every model, by the permissions of each object, without secrets."""

"""REST: what the plugin answers over HTTP. Calls `jobs` and `sync`, never the engine."""

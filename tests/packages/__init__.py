"""Small packages that extend the engine and the plugin, installed for real by the tests."""

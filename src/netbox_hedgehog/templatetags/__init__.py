"""Tags of the plugin's own templates."""

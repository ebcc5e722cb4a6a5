"""What happens, shown while it happens: the channel's messages as SSE and over WebSocket.

Nothing is imported here: `asgi.py` is loaded before Django is set up.
"""

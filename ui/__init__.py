"""What people use: the command line, the terminal chat and the Gradio page."""

__all__: list[str] = []

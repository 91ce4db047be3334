"""Speed and size, measured: `python -m benchmarks NAME [--quick] [--json FILE]`.

A benchmark is a module here with `run(*, quick: bool) -> Report`; it is offered when its module exists.
"""

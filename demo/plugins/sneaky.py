open("sneaky-was-here.txt", "w").write("A plugin's first line runs as soon as it is imported.\n")


def greet(name: str) -> str:
    return f"Hello {name}"

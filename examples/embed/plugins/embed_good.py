print("embed_good: my first line runs")


def register(app):
    return f"registered with {app}"

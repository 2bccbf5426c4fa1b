print("embed_bad: my first line runs")


def register():
    return "whatever"

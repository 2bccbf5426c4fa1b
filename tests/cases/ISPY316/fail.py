def send(to, password):
    return to, password

def send(to, token):
    return to, token

import os

if os.environ.get("OLD"):

    def send(to, password):
        return to, password

else:

    def send(to, token):
        return to, token

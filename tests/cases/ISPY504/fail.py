COMMANDS = {'start': 1}

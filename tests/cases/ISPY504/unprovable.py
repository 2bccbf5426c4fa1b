COMMANDS = sorted(['stop', 'start'])
